package com.terrifictotes.etl.common.database;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens connections to the database that a secret describes. The secret is read once and kept; when the database
 * refuses the login it is read again, so that a rotated password needs no redeploy; after any other failure to connect
 * the next call reads it again, so that neither does a database that moved.
 */
public final class Database {

    private static final int CONNECT_TIMEOUT_SECONDS = 10;

    /** A server that accepts the connection and then says nothing counts as one that is not there. */
    private static final int LOGIN_TIMEOUT_SECONDS = 30;

    /** Longer than any statement may take, and shorter than Lambda's 15 minutes: a dead peer must not cost an invocation. */
    private static final int SOCKET_TIMEOUT_SECONDS = 14 * 60 + 30;

    private final SecretSource secrets;
    private final String secretName;
    private final String applicationName;
    private volatile @Nullable PGSimpleDataSource current;
    private @Nullable Path certificates;

    /**
     * @param secrets where the secret is read
     * @param secretName its name or ARN
     * @param applicationName shown in {@code pg_stat_activity} on the server
     */
    public Database(SecretSource secrets, String secretName, String applicationName) {
        this.secrets = requireNonNull(secrets, "secrets is null");
        this.secretName = requireNonNull(secretName, "secretName is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
    }

    /**
     * A new connection, which the caller closes.
     *
     * @throws PipelineException {@link ErrorCode#SECRET_INVALID}, {@link ErrorCode#DATABASE_LOGIN_REFUSED} or
     *     {@link ErrorCode#DATABASE_UNAVAILABLE}
     */
    public Connection connect() {
        PGSimpleDataSource kept = current;
        if (kept != null) {
            try {
                return kept.getConnection();
            } catch (SQLException e) {
                // A database that has moved is found by the next try, which reads the secret again.
                current = null;
                if (!DatabaseErrors.isLoginRefused(e)) {
                    throw translate(e, kept);
                }
            }
        }
        PGSimpleDataSource fresh = dataSource(DatabaseSecret.parse(secretName, secrets.read(secretName)));
        try {
            Connection connection = fresh.getConnection();
            current = fresh;
            return connection;
        } catch (SQLException e) {
            throw translate(e, fresh);
        }
    }

    private PipelineException translate(SQLException e, PGSimpleDataSource source) {
        String address = source.getServerNames()[0] + ":" + source.getPortNumbers()[0] + "/" + source.getDatabaseName();
        return DatabaseErrors.translate(e, "connect to " + address + " (secret " + secretName + ")");
    }

    private PGSimpleDataSource dataSource(DatabaseSecret secret) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {secret.host()});
        source.setPortNumbers(new int[] {secret.port()});
        source.setDatabaseName(secret.database());
        source.setUser(secret.username());
        source.setPassword(secret.password());
        source.setApplicationName(applicationName);
        source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
        source.setLoginTimeout(LOGIN_TIMEOUT_SECONDS);
        source.setSocketTimeout(SOCKET_TIMEOUT_SECONDS);
        source.setTcpKeepAlive(true);
        // The details of an error quote row values, which must not reach a log.
        source.setLogServerErrorDetail(false);
        if (secret.sslMode() != null) {
            source.setSslMode(secret.sslMode());
        }
        if (secret.sslRootCertificates() != null) {
            source.setSslRootCert(
                    writeCertificates(secret.sslRootCertificates()).toString());
        }
        return source;
    }

    /** The driver takes a file; the folder for temporary ones is the only writable place in Lambda. */
    private synchronized Path writeCertificates(String pem) {
        try {
            if (certificates == null) {
                certificates = Files.createTempFile("sslrootcert-", ".pem");
                certificates.toFile().deleteOnExit();
            }
            return Files.writeString(certificates, pem);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the sslrootcert of a secret to a temporary file", e);
        }
    }
}
