package com.terrifictotes.etl.common.catalogue;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The source tables and the warehouse tables, checked against each other when it is made. SQL, Parquet schemas, merges
 * and contracts are derived from it: adding a table means adding it here and a migration, and nothing else.
 */
public final class Catalogue {

    private final Map<String, SourceTable> sources;
    private final Map<String, TargetTable> targets;

    /**
     * Checks the declarations against each other.
     *
     * @param sources the source tables, in the order in which they are extracted: dimensions first
     * @param targets the warehouse tables, in the order in which they are loaded: dimensions before the facts that refer
     *     to them
     * @throws IllegalArgumentException for a declaration that contradicts another one; it names both
     */
    public Catalogue(List<SourceTable> sources, List<TargetTable> targets) {
        this.sources = byName(sources, SourceTable::name);
        this.targets = byName(targets, TargetTable::name);
        if (targets.stream()
                        .filter(target -> target.kind() == TargetTable.Kind.CALENDAR)
                        .count()
                > 1) {
            throw new IllegalArgumentException("more than one calendar is declared; a unit of work fills one");
        }
        targets.forEach(this::checkTarget);
    }

    /** The source tables, in the order of extraction. */
    public List<SourceTable> sources() {
        return List.copyOf(sources.values());
    }

    /** The warehouse tables, in the order of loading. */
    public List<TargetTable> targets() {
        return List.copyOf(targets.values());
    }

    /**
     * The source table of that name; the allowlist of what may be read.
     *
     * @throws PipelineException {@link ErrorCode#UNKNOWN_TABLE} with the names that are known
     */
    public SourceTable source(String name) {
        return find(sources, name, "source");
    }

    /**
     * The warehouse table of that name.
     *
     * @throws PipelineException {@link ErrorCode#UNKNOWN_TABLE} with the names that are known
     */
    public TargetTable target(String name) {
        return find(targets, name, "target");
    }

    /** The warehouse tables that are made from the rows of that source table (joined ones not counted). */
    public List<TargetTable> targetsOf(String source) {
        return targets.values().stream()
                .filter(target -> target.sourceTable().equals(Optional.of(source)))
                .toList();
    }

    /**
     * A short text that is another one when the warehouse tables that are made from a source table, or what they take
     * from it, are others: rows that were read before were not read for them.
     */
    public String fingerprint(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(targetsOf(source).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The table that holds each day that a fact mentions, if there is one. */
    public Optional<TargetTable> calendar() {
        return targets.values().stream()
                .filter(target -> target.kind() == TargetTable.Kind.CALENDAR)
                .findFirst();
    }

    /** Every join, each once. */
    public List<Join> joins() {
        return targets.values().stream()
                .flatMap(target -> target.joins().stream())
                .distinct()
                .toList();
    }

    /**
     * The source tables that travel together with that one, itself included: what joins to it, what it joins to, and so
     * on. None of them can be read without the others.
     */
    public Set<String> companions(String source) {
        Set<String> found = new LinkedHashSet<>(Set.of(source));
        int before;
        do {
            before = found.size();
            for (Join join : joins()) {
                if (found.contains(join.child()) || found.contains(join.parent())) {
                    found.add(join.child());
                    found.add(join.parent());
                }
            }
        } while (found.size() > before);
        return Set.copyOf(found);
    }

    /** The columns of a source table without which the star schema cannot be made: key, foreign keys, values. */
    public Set<String> requiredColumns(SourceTable source) {
        Set<String> required = new HashSet<>(Set.of(source.key()));
        for (TargetTable target : targets.values()) {
            target.joins().stream()
                    .filter(join -> join.child().equals(source.name()))
                    .forEach(join -> required.add(join.column()));
            target.columns().stream()
                    .flatMap(column -> inputs(target, column))
                    .filter(input -> input.table().equals(source.name()))
                    .forEach(input -> required.add(input.column()));
        }
        return Set.copyOf(required);
    }

    /** The source columns that a warehouse column is computed from. */
    private static Stream<Expression.Value> inputs(TargetTable target, TargetColumn column) {
        return switch (column.expression()) {
            case Expression.Value value -> Stream.of(value);
            case Expression.DateOf date -> Stream.of(new Expression.Value(target.requireSource(), date.column()));
            case Expression.TimeOf time -> Stream.of(new Expression.Value(target.requireSource(), time.column()));
            case Expression.CurrencyName name -> Stream.of(new Expression.Value(target.requireSource(), name.column()));
            case Expression.Calendar calendar -> Stream.empty();
        };
    }

    private void checkTarget(TargetTable target) {
        List<String> readable = new ArrayList<>();
        target.sourceTable().ifPresent(readable::add);
        for (Join join : target.joins()) {
            require(
                    target.sourceTable().equals(Optional.of(join.child())),
                    target,
                    "joins from another table: " + join);
            require(
                    sources.containsKey(join.parent())
                            && sources.containsKey(join.child())
                            && source(join.child()).column(join.column()).isPresent(),
                    target,
                    "has a join of unknown tables or columns: " + join);
            require(
                    source(join.child())
                            .column(join.column())
                            .map(SourceColumn::type)
                            .equals(Optional.of(SourceType.INTEGER)),
                    target,
                    "joins by " + join.child() + "." + join.column() + ", which is not an integer as every key is");
            require(
                    !readable.contains(join.parent()) || join.parent().equals(join.child()),
                    target,
                    "joins " + join.parent() + " twice; a column could not say which of the two rows it reads");
            require(
                    targets.values().stream()
                            .flatMap(other -> other.joins().stream())
                            .noneMatch(other -> other.child().equals(join.parent())),
                    target,
                    "joins " + join.parent() + ", which itself joins another table; a run carries one level only");
            readable.add(join.parent());
        }
        for (TargetColumn column : target.columns()) {
            inputs(target, column)
                    .forEach(input -> require(
                            readable.contains(input.table())
                                    && sources.containsKey(input.table())
                                    && source(input.table())
                                            .column(input.column())
                                            .isPresent(),
                            target,
                            column.name() + " reads " + input.table() + "." + input.column()
                                    + ", which its source and joins do not have"));
            column.references().ifPresent(dimension -> checkReference(target, column, dimension));
        }
    }

    private void checkReference(TargetTable target, TargetColumn column, String dimension) {
        require(
                targets.containsKey(dimension)
                        && target(dimension).kind() != TargetTable.Kind.FACT
                        && target(dimension)
                                .column(target(dimension).key())
                                .map(TargetColumn::type)
                                .equals(Optional.of(column.type())),
                target,
                column.name() + " refers to " + dimension + ", which is no dimension with a key of its type");
        require(
                List.copyOf(targets.keySet()).indexOf(dimension)
                        < List.copyOf(targets.keySet()).indexOf(target.name()),
                target,
                column.name() + " refers to " + dimension + ", which must be declared before it");
    }

    private static void require(boolean condition, TargetTable target, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("target table " + target.name() + " " + problem);
        }
    }

    private static <T> Map<String, T> byName(List<T> tables, Function<T, String> name) {
        Map<String, T> found = new LinkedHashMap<>();
        for (T table : tables) {
            if (found.put(name.apply(table), table) != null) {
                throw new IllegalArgumentException("table " + name.apply(table) + " is declared twice");
            }
        }
        return found;
    }

    private static <T> T find(Map<String, T> tables, String name, String kind) {
        T table = tables.get(name);
        if (table == null) {
            throw new PipelineException(
                    ErrorCode.UNKNOWN_TABLE,
                    "\"" + name + "\" is not a " + kind + " table of the catalogue; expected one of "
                            + tables.keySet().stream().collect(Collectors.joining(", ")));
        }
        return table;
    }
}
