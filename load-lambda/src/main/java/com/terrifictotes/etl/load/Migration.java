package com.terrifictotes.etl.load;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of the warehouse schema: plain SQL, applied once, never changed afterwards.
 *
 * @param version its number: 1 for the first, no gaps
 * @param description what it does, for people
 * @param sql statements whose names are resolved in the schema of the warehouse
 */
public record Migration(int version, String description, String sql) {

    private static final Pattern FILE = Pattern.compile("V([0-9]{4})__([a-z0-9_]+)\\.sql");

    /** The files of this version, in order. */
    private static final List<String> FILES =
            List.of("V0001__star_schema.sql", "V0002__definitions.sql", "V0003__analyst_views.sql", "V0004__audit.sql");

    public Migration {
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1 but was " + version);
        }
        requireNonNull(description, "description is null");
        requireNonNull(sql, "sql is null");
    }

    /** Every migration that this version of the loader knows, in order. */
    public static List<Migration> all() {
        return FILES.stream().map(Migration::resource).toList();
    }

    /** SHA-256 of the SQL, in lower-case hexadecimal. */
    String checksum() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(sql.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Migration resource(String file) {
        Matcher matcher = FILE.matcher(file);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(file + " is no migration; expected " + FILE);
        }
        try (InputStream content =
                requireNonNull(Migration.class.getResourceAsStream("migrations/" + file), () -> file + " is missing")) {
            return new Migration(
                    Integer.parseInt(matcher.group(1)),
                    matcher.group(2).replace('_', ' '),
                    new String(content.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
