package com.terrifictotes.etl.benchmarks;

import static java.util.stream.Collectors.joining;

import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.common.catalogue.Totesys;
import com.terrifictotes.etl.loopback.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** That the stage writes the same as DuckDB, as DuckDB reads it, and how large both are. */
final class ParquetCheck {

    /** Up to that many, rows are compared one by one; above, by what they add up to. */
    private static final long MOST_SINGLE_ROWS = 100_000;

    /**
     * The size of the Parquet files of the sales orders, bytes.
     *
     * @param stage written by the transform stage
     * @param duckDb written by DuckDB
     * @param duckDbV2 written by DuckDB with data pages of version 2
     */
    record Sizes(long stage, long duckDb, long duckDbV2) {}

    private ParquetCheck() {}

    /**
     * Converts a store in each way.
     *
     * @param folder where the output is meanwhile
     * @throws IllegalStateException if the types of a table are not those of the catalogue, or if the sales orders of the
     *     stage are not those of DuckDB
     */
    static Sizes run(CsvStore store, Path folder) throws IOException, SQLException {
        Path output = Files.createTempDirectory(Files.createDirectories(folder), "check-");
        try (DuckDb reader = DuckDb.open()) {
            Path byStage = convert(Converter.Kind.STAGE, store, output);
            Path byDuckDb = DuckDbConverter.file(convert(Converter.Kind.DUCKDB, store, output));
            Path byDuckDbV2 = DuckDbConverter.file(convert(Converter.Kind.DUCKDB_V2, store, output));
            for (TargetTable target : Totesys.CATALOGUE.targets()) {
                requireTypes(reader, target, files(byStage, target.name()));
            }
            TargetTable target = Totesys.CATALOGUE.target(Transformation.LARGE_TARGET);
            requireTypes(reader, target, byDuckDb.toString());
            requireSameRows(reader, target, files(byStage, target.name()), byDuckDb.toString());
            return new Sizes(
                    size(StageConverter.folder(byStage, target.name())), Files.size(byDuckDb), Files.size(byDuckDbV2));
        } finally {
            Folders.deleteRecursively(output);
        }
    }

    private static Path convert(Converter.Kind kind, CsvStore store, Path parent) throws IOException, SQLException {
        Path output = Files.createDirectory(parent.resolve(kind.name()));
        try (Converter converter = kind.open(store)) {
            converter.convert(output);
        }
        return output;
    }

    private static String files(Path byStage, String target) {
        return StageConverter.folder(byStage, target) + "/**/*.parquet";
    }

    private static void requireTypes(DuckDb reader, TargetTable target, String files) throws SQLException {
        List<List<String>> expected = target.columns().stream()
                .map(column -> List.of(column.name(), type(column.type())))
                .toList();
        List<List<String>> found = reader.query("SELECT column_name, column_type FROM (DESCRIBE " + rows(files) + ")");
        if (!found.equals(expected)) {
            throw new IllegalStateException(
                    "DuckDB reads the columns of " + target.name() + " as " + found + "; expected " + expected);
        }
    }

    /** The type as DuckDB calls it. */
    private static String type(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> "INTEGER";
            case TargetType.Text text -> "VARCHAR";
            case TargetType.Truth truth -> "BOOLEAN";
            case TargetType.Date date -> "DATE";
            case TargetType.Time time -> "TIME";
            case TargetType.Decimal decimal -> "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
        };
    }

    /**
     * Compares two sets of files.
     *
     * @param one a file or a pattern of files
     * @param other a file or a pattern of files
     * @throws IllegalStateException if the rows are not the same
     */
    static void requireSameRows(DuckDb reader, TargetTable target, String one, String other) throws SQLException {
        List<String> summaryOfOne = summary(reader, target, one);
        List<String> summaryOfOther = summary(reader, target, other);
        if (!summaryOfOne.equals(summaryOfOther)) {
            throw new IllegalStateException("the rows of " + target.name() + " in " + one + " add up to " + summaryOfOne
                    + ", those in " + other + " to " + summaryOfOther);
        }
        if (Long.parseLong(summaryOfOne.getFirst()) <= MOST_SINGLE_ROWS) {
            requireNone(reader, one, other);
            requireNone(reader, other, one);
        }
    }

    /** The number of rows, a sum over whole rows, and of each column its extremes, its values and their sum. */
    private static List<String> summary(DuckDb reader, TargetTable target, String files) throws SQLException {
        String whole = target.columns().stream().map(column -> column.name()).collect(joining(", "));
        String each = target.columns().stream()
                .map(column -> "min(%1$s), max(%1$s), count(%1$s), sum(hash(%1$s))".formatted(column.name()))
                .collect(joining(", "));
        return reader.query("SELECT count(*), sum(hash(%s)), %s FROM (%s)".formatted(whole, each, rows(files)))
                .getFirst();
    }

    private static void requireNone(DuckDb reader, String one, String other) throws SQLException {
        String difference = "SELECT count(*) FROM (%s EXCEPT ALL %s)".formatted(rows(one), rows(other));
        String rows = reader.query(difference).getFirst().getFirst();
        if (!rows.equals("0")) {
            throw new IllegalStateException(rows + " rows of " + one + " are not in " + other);
        }
    }

    private static String rows(String files) {
        return "SELECT * FROM read_parquet(" + DuckDb.literal(files) + ")";
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
