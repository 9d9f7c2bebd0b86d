package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.aws.AwsClients;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.common.runlog.QuarantineKey;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.local.ProcessedBucketOption;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code totesys quarantine show}: the rows themselves, and what to do. */
@Command(
        name = "show",
        description = {
            "Shows the quarantined rows of a run, or of one object, with the reason and the raw values.",
            ProcessedBucketOption.AWS_SETTINGS
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the rows were shown, or there were none",
            "1:an error, or a line that could not be read",
            "2:a wrong command line"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  totesys quarantine show --run 7 --processed-bucket my-processed",
            "  totesys quarantine show --run 7 --format json | jq .reason",
            "  totesys quarantine show --run 7 --table sales_order --format csv > rows.csv",
            "  totesys quarantine show s3://my-processed/quarantine/.../0000000007-00001.jsonl"
        })
final class ShowCommand implements Callable<Integer> {

    /** How the rows are written. */
    enum Format {
        TEXT,
        JSON,
        CSV;

        /** The option {@code --format}. */
        static final class Converter implements ITypeConverter<Format> {
            @Override
            public Format convert(String value) {
                return switch (value) {
                    case "text" -> TEXT;
                    case "json" -> JSON;
                    case "csv" -> CSV;
                    default ->
                        throw new TypeConversionException("\"" + value + "\" is none; expected text, json or csv");
                };
            }
        }
    }

    private static final String S3_SCHEME = "s3://";
    private static final int TEXT_LIMIT = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ProcessedBucketOption processed = new ProcessedBucketOption();

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Parameters(paramLabel = "KEY", arity = "0..1", description = "Or one object: its key, or s3://bucket/key.")
    private @Nullable String key;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = Format.Converter.class,
            description = "text, for people; json, the lines as they are; csv, for COPY, of one table. Default: text.")
    private Format format = Format.TEXT;

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            converter = SelectionOptions.AtLeastOne.class,
            description = "How many rows. Default: 20 as text, all of them as json or csv.")
    private @Nullable Integer limit;

    ShowCommand() {}

    /** The objects to show. */
    private record Chosen(ObjectStore store, List<String> keys) {}

    @Override
    public Integer call() {
        if ((key == null) == selection.run().isEmpty()) {
            throw wrong("Which rows? Give either --run or the key of one object");
        }
        if (key != null && selection.choosesTable()) {
            throw wrong("--table goes with --run; an object is of one table");
        }
        try (S3Client s3 = AwsClients.s3()) {
            Chosen chosen = choose(s3);
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter error = spec.commandLine().getErr();
            if (chosen.keys.isEmpty()) {
                // Of json and csv, nothing is no rows.
                (format == Format.TEXT ? out : error)
                        .println("Nothing that was asked for is in the quarantine of s3://" + chosen.store.bucket()
                                + ".");
                return ExitCode.OK;
            }
            QuarantineReader reader = new QuarantineReader(chosen.store, error);
            show(chosen, reader, out, error);
            out.flush();
            return reader.allReadable() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void show(Chosen chosen, QuarantineReader reader, PrintWriter out, PrintWriter error) {
        RowPrinter printer = switch (format) {
            case TEXT -> new TextRows(out);
            case JSON -> new JsonRows(out);
            case CSV -> new CsvRows(out, columnsOfOneTable(chosen));
        };
        WhatToDo advice = new WhatToDo(Totesys.CATALOGUE);
        long[] shown = {0};
        boolean[] cut = {false};
        boolean more = forEach(chosen, reader, (location, row, line) -> {
            printer.print(location, row, line);
            advice.add(row);
            cut[0] |= row.isTruncated();
            shown[0]++;
        });
        String total = Texts.count(shown[0], "row") + " shown" + (more ? ", and there are more; see --limit." : ".");
        switch (format) {
            case TEXT -> {
                out.println(total);
                out.println();
                advice.print(out);
            }
            case JSON, CSV -> {
                out.flush();
                if (more) {
                    error.println(total);
                }
                if (cut[0]) {
                    error.println("Long values of some rows are cut; the objects that the rows name have them whole.");
                }
            }
        }
    }

    /**
     * Reads the rows up to the limit.
     *
     * @return whether there are more
     */
    private boolean forEach(Chosen chosen, QuarantineReader reader, RowPrinter printer) {
        long most = limit != null ? limit : format == Format.TEXT ? TEXT_LIMIT : Long.MAX_VALUE;
        long[] count = {0};
        for (String object : chosen.keys) {
            String location = chosen.store.locate(object);
            boolean wanted = reader.read(object, (row, line) -> {
                if (count[0] == most) {
                    return false;
                }
                count[0]++;
                printer.print(location, row, line);
                return true;
            });
            if (!wanted) {
                return true;
            }
        }
        return false;
    }

    /** Reads the rows once only for their columns: a record with another number of fields may not have them all. */
    private Set<String> columnsOfOneTable(Chosen chosen) {
        Set<String> tables = new TreeSet<>();
        chosen.keys.forEach(object -> QuarantineKey.parse(object).ifPresent(found -> tables.add(found.target())));
        requireOne(tables);
        Set<String> columns = new LinkedHashSet<>();
        // What is wrong with a line is told when the rows are shown.
        QuarantineReader silent = new QuarantineReader(chosen.store, new PrintWriter(Writer.nullWriter()));
        forEach(chosen, silent, (location, row, line) -> {
            columns.addAll(row.values().keySet());
            if (row.target() != null) {
                tables.add(row.target());
            }
        });
        requireOne(tables);
        return columns;
    }

    private void requireOne(Set<String> tables) {
        if (tables.size() > 1) {
            throw wrong("The rows are of several tables, and CSV has the columns of one; choose one with --table: "
                    + TerminalText.escaped(String.join(", ", tables)));
        }
    }

    private Chosen choose(S3Client s3) {
        if (key == null) {
            ObjectStore store = new ObjectStore(s3, processed.require(spec));
            List<String> keys = new ArrayList<>();
            new QuarantineObjects(store, selection.tables(Totesys.CATALOGUE), selection.run(), null)
                    .forEach(found -> keys.add(found.key().key()));
            return new Chosen(store, List.copyOf(keys));
        }
        if (!key.startsWith(S3_SCHEME)) {
            return new Chosen(new ObjectStore(s3, processed.require(spec)), List.of(key));
        }
        int slash = key.indexOf('/', S3_SCHEME.length());
        if (slash <= S3_SCHEME.length() || slash == key.length() - 1) {
            throw wrong("\"" + key + "\" is no address of an object; expected s3://bucket/key");
        }
        return new Chosen(
                new ObjectStore(s3, key.substring(S3_SCHEME.length(), slash)), List.of(key.substring(slash + 1)));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
