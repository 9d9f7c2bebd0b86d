package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.Identifiers;
import java.util.regex.Pattern;

/**
 * The schema that the warehouse lives in.
 *
 * @param name a plain lower-case name; PostgreSQL keeps those that begin with {@code pg_} for itself
 */
record WarehouseSchema(String name) {

    private static final Pattern PLAIN = Pattern.compile("(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}");

    WarehouseSchema {
        if (!PLAIN.matcher(name).matches()) {
            throw new PipelineException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "WAREHOUSE_SCHEMA is \"" + name + "\"; expected the name of a schema: lower-case letters, digits"
                            + " and underscores, at most 63, not one of PostgreSQL's own");
        }
    }

    /** The name as it stands in SQL. */
    String quoted() {
        return Identifiers.quote(name);
    }

    /** A table of the schema, for people and logs. */
    String locate(String table) {
        return name + "." + table;
    }
}
