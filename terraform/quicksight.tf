# The revenue views of the warehouse in QuickSight, and a dashboard of the business's ten questions. docs/quicksight.md says
# what the account needs for it.

locals {
  quicksight_views = { for view in local.catalogue.views : view.name => view if var.enable_quicksight }
  # PostgreSQL's types, without length and digits, as QuickSight has them.
  quicksight_types = {
    bigint              = "INTEGER"
    "character varying" = "STRING"
    date                = "DATETIME"
    integer             = "INTEGER"
    numeric             = "DECIMAL"
    text                = "STRING"
  }
  quicksight_column_types = { for name, view in local.quicksight_views : name => {
    for column in view.columns : column.name => local.quicksight_types[split("(", column.type)[0]]
  } }

  # The questions of docs/warehouse.md, in its order. Where "bars" is null, a table of the columns "by"; otherwise a bar for
  # each value of that column, in the order of "sort". Whatever it is, currency_code comes with it: amounts in different
  # currencies must not be added up. That is also why nothing is sorted by revenue, of which a bar has several.
  questions = [for question in [
    { view = "revenue_total", title = "Total revenue" },
    { view = "revenue_by_sale", title = "Revenue of each sale", by = ["sales_order_id", "created_date", "counterparty_legal_name", "design_name"] },
    { view = "revenue_by_delivery_country", title = "Revenue by delivery country", bars = "delivery_country" },
    { view = "revenue_by_design", title = "Revenue by design", by = ["design_id", "design_name"] },
    { view = "revenue_by_currency", title = "Revenue by currency", bars = "currency_name" },
    { view = "revenue_by_staff_member", title = "Revenue by member of staff", by = ["staff_id", "last_name", "first_name"] },
    { view = "revenue_by_staff_location", title = "Revenue by staff location", bars = "staff_location" },
    { view = "revenue_by_day_name", title = "Revenue by day of the week", bars = "day_name", sort = "day_of_week" },
    { view = "revenue_by_month", title = "Revenue by month", bars = "first_day", granularity = "MONTH" },
    { view = "revenue_by_quarter", title = "Revenue by quarter", bars = "first_day", granularity = "QUARTER" },
  ] : merge({ by = [], bars = null, sort = null, granularity = null }, question)]

  # QuickSight knows sets of actions, not single ones: these are those of a viewer.
  quicksight_actions = {
    data_source = ["quicksight:DescribeDataSource", "quicksight:DescribeDataSourcePermissions", "quicksight:PassDataSource"]
    data_set    = ["quicksight:DescribeDataSet", "quicksight:DescribeDataSetPermissions", "quicksight:PassDataSet", "quicksight:DescribeIngestion", "quicksight:ListIngestions"]
    dashboard   = ["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"]
  }
}

data "aws_secretsmanager_secret" "quicksight" {
  count = var.enable_quicksight ? 1 : 0

  name = var.quicksight_secret_name
}

resource "aws_quicksight_data_source" "warehouse" {
  count = var.enable_quicksight ? 1 : 0

  data_source_id = "${local.name}-warehouse"
  name           = "${local.name} warehouse"
  type           = "POSTGRESQL"

  parameters {
    postgresql {
      host     = var.quicksight_warehouse.host
      port     = var.quicksight_warehouse.port
      database = var.quicksight_warehouse.database
    }
  }

  credentials {
    secret_arn = data.aws_secretsmanager_secret.quicksight[0].arn
  }

  ssl_properties {
    disable_ssl = false
  }

  dynamic "vpc_connection_properties" {
    for_each = var.quicksight_vpc_connection_arn == null ? [] : [var.quicksight_vpc_connection_arn]

    content {
      vpc_connection_arn = vpc_connection_properties.value
    }
  }

  dynamic "permission" {
    for_each = var.quicksight_principals

    content {
      principal = permission.value
      actions   = local.quicksight_actions.data_source
    }
  }
}

resource "aws_quicksight_data_set" "revenue" {
  for_each = local.quicksight_views

  data_set_id = "${local.name}-${each.key}"
  name        = "${local.name} ${each.key}"
  import_mode = var.quicksight_import_mode

  physical_table_map {
    physical_table_map_id = "view"

    relational_table {
      data_source_arn = aws_quicksight_data_source.warehouse[0].arn
      schema          = var.warehouse_schema
      name            = each.key

      dynamic "input_columns" {
        for_each = each.value.columns

        content {
          name = input_columns.value.name
          type = local.quicksight_column_types[each.key][input_columns.value.name]
        }
      }
    }
  }

  # What the columns mean, for those who build analyses of their own.
  logical_table_map {
    logical_table_map_id = "view"
    alias                = each.key

    source {
      physical_table_id = "view"
    }

    dynamic "data_transforms" {
      for_each = each.value.columns

      content {
        tag_column_operation {
          column_name = data_transforms.value.name

          tags {
            column_description {
              text = data_transforms.value.comment
            }
          }
        }
      }
    }
  }

  dynamic "permissions" {
    for_each = var.quicksight_principals

    content {
      principal = permissions.value
      actions   = local.quicksight_actions.data_set
    }
  }
}

resource "aws_quicksight_refresh_schedule" "revenue" {
  for_each = var.quicksight_import_mode == "SPICE" ? aws_quicksight_data_set.revenue : {}

  data_set_id = each.value.data_set_id
  schedule_id = "hourly"

  schedule {
    refresh_type = "FULL_REFRESH"

    schedule_frequency {
      interval = "HOURLY"
    }
  }
}

resource "aws_quicksight_dashboard" "revenue" {
  count = var.enable_quicksight ? 1 : 0

  dashboard_id        = "${local.name}-revenue"
  name                = "${local.name} revenue"
  version_description = "Made by Terraform"

  definition {
    dynamic "data_set_identifiers_declarations" {
      for_each = aws_quicksight_data_set.revenue

      content {
        identifier   = data_set_identifiers_declarations.key
        data_set_arn = data_set_identifiers_declarations.value.arn
      }
    }

    filter_groups {
      filter_group_id = "currency"
      # Every view has the column under the same name.
      cross_dataset = "ALL_DATASETS"
      status        = "ENABLED"

      scope_configuration {
        selected_sheets {
          sheet_visual_scoping_configurations {
            sheet_id = "revenue"
            scope    = "ALL_VISUALS"
          }
        }
      }

      filters {
        category_filter {
          filter_id = "currency"

          column {
            data_set_identifier = "revenue_total"
            column_name         = "currency_code"
          }

          configuration {
            filter_list_configuration {
              match_operator     = "CONTAINS"
              select_all_options = "FILTER_ALL_VALUES"
            }
          }
        }
      }
    }

    sheets {
      sheet_id     = "revenue"
      name         = "Revenue"
      content_type = "INTERACTIVE"

      filter_controls {
        dropdown {
          filter_control_id = "currency-control"
          source_filter_id  = "currency"
          title             = "Currency"
          type              = "MULTI_SELECT"
        }
      }

      sheet_control_layouts {
        configuration {
          grid_layout {
            elements {
              element_id   = "currency-control"
              element_type = "FILTER_CONTROL"
              column_span  = 2
              row_span     = 1
            }
          }
        }
      }

      # Two visuals side by side; the grid has 36 columns.
      layouts {
        configuration {
          grid_layout {
            canvas_size_options {
              screen_canvas_size_options {
                resize_option             = "FIXED"
                optimized_view_port_width = "1600px"
              }
            }

            dynamic "elements" {
              for_each = local.questions

              content {
                element_id   = elements.value.view
                element_type = "VISUAL"
                column_index = elements.key % 2 * 18
                column_span  = 18
                row_index    = floor(elements.key / 2) * 12
                row_span     = 12
              }
            }
          }
        }
      }

      dynamic "visuals" {
        for_each = local.questions

        content {
          dynamic "table_visual" {
            for_each = visuals.value.bars == null ? [visuals.value] : []
            iterator = question

            content {
              visual_id = question.value.view

              title {
                visibility = "VISIBLE"

                format_text {
                  plain_text = question.value.title
                }
              }

              chart_configuration {
                field_wells {
                  table_aggregated_field_wells {
                    dynamic "group_by" {
                      for_each = concat(question.value.by, ["currency_code"])

                      content {
                        dynamic "categorical_dimension_field" {
                          for_each = local.quicksight_column_types[question.value.view][group_by.value] == "STRING" ? [group_by.value] : []

                          content {
                            field_id = "${question.value.view}.${group_by.value}"

                            column {
                              data_set_identifier = question.value.view
                              column_name         = group_by.value
                            }
                          }
                        }

                        dynamic "numerical_dimension_field" {
                          for_each = local.quicksight_column_types[question.value.view][group_by.value] == "INTEGER" ? [group_by.value] : []

                          content {
                            field_id = "${question.value.view}.${group_by.value}"

                            column {
                              data_set_identifier = question.value.view
                              column_name         = group_by.value
                            }
                          }
                        }

                        dynamic "date_dimension_field" {
                          for_each = local.quicksight_column_types[question.value.view][group_by.value] == "DATETIME" ? [group_by.value] : []

                          content {
                            field_id         = "${question.value.view}.${group_by.value}"
                            date_granularity = "DAY"

                            column {
                              data_set_identifier = question.value.view
                              column_name         = group_by.value
                            }
                          }
                        }
                      }
                    }

                    dynamic "values" {
                      for_each = ["units_sold", "revenue"]

                      content {
                        numerical_measure_field {
                          field_id = "${question.value.view}.${values.value}"

                          column {
                            data_set_identifier = question.value.view
                            column_name         = values.value
                          }

                          aggregation_function {
                            simple_numerical_aggregation = "SUM"
                          }
                        }
                      }
                    }
                  }
                }

                sort_configuration {
                  row_sort {
                    field_sort {
                      field_id  = "${question.value.view}.${concat(question.value.by, ["currency_code"])[0]}"
                      direction = "ASC"
                    }
                  }
                }
              }
            }
          }

          dynamic "bar_chart_visual" {
            for_each = visuals.value.bars == null ? [] : [visuals.value]
            iterator = question

            content {
              visual_id = question.value.view

              title {
                visibility = "VISIBLE"

                format_text {
                  plain_text = question.value.title
                }
              }

              chart_configuration {
                orientation = "VERTICAL"
                # Stacked bars would add currencies up.
                bars_arrangement = "CLUSTERED"

                field_wells {
                  bar_chart_aggregated_field_wells {
                    category {
                      dynamic "categorical_dimension_field" {
                        for_each = question.value.granularity == null ? [question.value.bars] : []

                        content {
                          field_id = "${question.value.view}.${question.value.bars}"

                          column {
                            data_set_identifier = question.value.view
                            column_name         = question.value.bars
                          }
                        }
                      }

                      dynamic "date_dimension_field" {
                        for_each = question.value.granularity == null ? [] : [question.value.bars]

                        content {
                          field_id         = "${question.value.view}.${question.value.bars}"
                          date_granularity = question.value.granularity

                          column {
                            data_set_identifier = question.value.view
                            column_name         = question.value.bars
                          }
                        }
                      }
                    }

                    colors {
                      categorical_dimension_field {
                        field_id = "${question.value.view}.currency_code"

                        column {
                          data_set_identifier = question.value.view
                          column_name         = "currency_code"
                        }
                      }
                    }

                    values {
                      numerical_measure_field {
                        field_id = "${question.value.view}.revenue"

                        column {
                          data_set_identifier = question.value.view
                          column_name         = "revenue"
                        }

                        aggregation_function {
                          simple_numerical_aggregation = "SUM"
                        }
                      }
                    }
                  }
                }

                sort_configuration {
                  category_sort {
                    dynamic "field_sort" {
                      for_each = question.value.sort == null ? [question.value.bars] : []

                      content {
                        field_id  = "${question.value.view}.${question.value.bars}"
                        direction = "ASC"
                      }
                    }

                    dynamic "column_sort" {
                      for_each = question.value.sort == null ? [] : [question.value.sort]

                      content {
                        direction = "ASC"

                        sort_by {
                          data_set_identifier = question.value.view
                          column_name         = column_sort.value
                        }

                        aggregation_function {
                          numerical_aggregation_function {
                            simple_numerical_aggregation = "MIN"
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  dynamic "permissions" {
    for_each = var.quicksight_principals

    content {
      principal = permissions.value
      actions   = local.quicksight_actions.dashboard
    }
  }

  # QuickSight gives the declarations back in an order of its own, and every plan would change them:
  # https://github.com/hashicorp/terraform-provider-aws/issues/36733
  lifecycle {
    ignore_changes       = [definition[0].data_set_identifiers_declarations]
    replace_triggered_by = [terraform_data.dashboard_views]
  }
}

# A view that comes or goes is the only change of the declarations.
resource "terraform_data" "dashboard_views" {
  count = var.enable_quicksight ? 1 : 0

  input = keys(local.quicksight_views)
}
