package com.terrifictotes.etl.common.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to log in to a database, as it stands in a secret. The shape is the one of RDS: {@code host}, {@code port},
 * {@code username} (or {@code user}), {@code password}, {@code dbname} (or {@code database}), optionally "sslmode"
 * and "sslrootcert" (the certificates themselves, PEM).
 *
 * @param host name or address of the server
 * @param port TCP port
 * @param username the role
 * @param password its password; never printed
 * @param database the database
 * @param sslMode how far TLS goes, in the words of libpq and pgjdbc, or null for the driver's default
 * @param sslRootCertificates PEM certificates to trust, with one of the "verify" modes; or null for the driver's default
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html">AWS
 *     Secrets Manager: JSON structure of database secrets</a>
 */
public record DatabaseSecret(
        String host,
        int port,
        String username,
        String password,
        String database,
        @Nullable String sslMode,
        @Nullable String sslRootCertificates) {

    private static final int DEFAULT_PORT = 5432;

    /** The mode that checks who signed the server's certificate, and for which name. */
    static final String VERIFY_FULL = "verify-full";

    /** As in libpq and pgjdbc, from the weakest to the strongest. */
    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", VERIFY_FULL);

    /**
     * Reads the JSON of a secret.
     *
     * @param name the secret's name, for messages
     * @throws PipelineException {@link ErrorCode#SECRET_INVALID} naming everything that is missing, and no value
     */
    public static DatabaseSecret parse(String name, String json) {
        JsonNode tree;
        try {
            tree = Json.tree(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            tree = null; // The parser's message quotes the text, which is secret.
        }
        if (tree == null || !tree.isObject()) {
            throw invalid(name, "is not a JSON object");
        }
        List<String> problems = new ArrayList<>();
        String host = required(tree, problems, "host");
        String username = required(tree, problems, "username", "user");
        String password = required(tree, problems, "password");
        String database = required(tree, problems, "dbname", "database");
        int port = port(tree, problems);
        Optional<String> sslMode = text(tree, "sslmode");
        if (sslMode.isPresent() && !SSL_MODES.contains(sslMode.get())) {
            problems.add("\"sslmode\" is none of " + String.join(", ", SSL_MODES));
        }
        Optional<String> certificates = text(tree, "sslrootcert");
        certificates.ifPresent(pem -> checkCertificates(pem, sslMode.orElse("prefer"), problems));
        if (!problems.isEmpty()) {
            throw invalid(name, String.join(", ", problems));
        }
        return new DatabaseSecret(
                host, port, username, password, database, sslMode.orElse(null), certificates.orElse(null));
    }

    /** Whether a mode refuses a connection without TLS. */
    static boolean demandsTls(String sslMode) {
        return sslMode.equals("require") || verifies(sslMode);
    }

    /** Where the database is, without user and password. */
    public String address() {
        return host + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return "DatabaseSecret[" + address() + "]";
    }

    private static int port(JsonNode tree, List<String> problems) {
        if (tree.path("port").isMissingNode() || tree.path("port").isNull()) {
            return DEFAULT_PORT;
        }
        try {
            int port = Integer.parseInt(tree.path("port").asText());
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number that is out of range.
        }
        problems.add("\"port\" is not a port number");
        return DEFAULT_PORT;
    }

    /** Certificates that are never looked at would give a feeling of safety, and nothing else. */
    private static void checkCertificates(String pem, String sslMode, List<String> problems) {
        if (SSL_MODES.contains(sslMode) && !verifies(sslMode)) {
            problems.add(
                    "\"sslrootcert\" has no effect with sslmode " + sslMode + ": set \"sslmode\" to " + VERIFY_FULL);
        }
        try {
            TrustedCertificates.parse(pem);
        } catch (CertificateException e) {
            problems.add("\"sslrootcert\" is not the text of PEM certificates");
        }
    }

    private static boolean verifies(String sslMode) {
        return sslMode.startsWith("verify-");
    }

    private static String required(JsonNode tree, List<String> problems, String... names) {
        for (String name : names) {
            Optional<String> value = text(tree, name);
            if (value.isPresent()) {
                return value.get();
            }
        }
        problems.add("\"" + names[0] + "\" is missing");
        return "";
    }

    private static Optional<String> text(JsonNode tree, String name) {
        JsonNode value = tree.path(name);
        return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    private static PipelineException invalid(String name, String problem) {
        return new PipelineException(
                ErrorCode.SECRET_INVALID,
                "secret " + name + ": " + problem
                        + "; expected a JSON object with host, port, username, password and dbname");
    }
}
