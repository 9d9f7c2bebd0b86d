package com.terrifictotes.etl.common.database;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Why a connection is not as safe as its secret demands. The driver reports all of it as a lost or refused connection
 * (class 08), which would be tried again and again; and in the language of the machine, so that the texts say nothing.
 */
final class TlsErrors {

    /** The server does not speak TLS ("sqlserver_rejected_establishment_of_sqlconnection"). */
    private static final String REJECTED = "08004";

    /** The handshake failed, or the name is not in the certificate ("connection_failure"). */
    private static final String FAILURE = "08006";

    private TlsErrors() {}

    /**
     * What is wrong and what to do, if the connection failed for a reason of TLS that trying again does not change.
     *
     * @param e what the driver threw while connecting
     * @param source what it was asked for
     */
    static Optional<PipelineException> translate(SQLException e, PGSimpleDataSource source, String action) {
        String sslMode = source.getSslMode();
        if (sslMode == null || !DatabaseSecret.demandsTls(sslMode)) {
            return Optional.empty();
        }
        if (REJECTED.equals(e.getSQLState())) {
            return notTrusted(
                    action,
                    "sslmode " + sslMode + " demands TLS, which the server does not offer; switch it on there",
                    e);
        }
        if (!FAILURE.equals(e.getSQLState())) {
            return Optional.empty();
        }
        boolean verifiesName = sslMode.equals(DatabaseSecret.VERIFY_FULL);
        if (e.getCause() == null) {
            // The driver checks the name itself, after the handshake; everything else has a cause.
            return verifiesName
                    ? notTrusted(
                            action,
                            "the server's certificate is for another name than " + source.getServerNames()[0]
                                    + "; put the name of the certificate into \"host\" of the secret",
                            e)
                    : Optional.empty();
        }
        if (has(e, FileNotFoundException.class)) {
            return Optional.of(new PipelineException(
                    ErrorCode.SECRET_INVALID,
                    "cannot " + action + ": sslmode " + sslMode + " needs certificates to trust; put them into"
                            + " \"sslrootcert\" of the secret, as PEM text",
                    e));
        }
        if (has(e, CertificateExpiredException.class) || has(e, CertificateNotYetValidException.class)) {
            return notTrusted(
                    action,
                    "the server's certificate, or the one that it is signed with, is not valid at this time",
                    e);
        }
        if (has(e, GeneralSecurityException.class)) {
            return notTrusted(
                    action,
                    "the server's certificate is not signed by one of those in \"sslrootcert\" of the secret; put the"
                            + " certificate of its authority there",
                    e);
        }
        // A connection that broke off during the handshake shows as an SSLException too, with another cause below it.
        boolean brokeOff =
                causes(e).anyMatch(cause -> cause instanceof IOException && !(cause instanceof SSLException));
        return has(e, SSLException.class) && !brokeOff
                ? notTrusted(action, "server and client agree on no way of TLS", e)
                : Optional.empty();
    }

    private static Optional<PipelineException> notTrusted(String action, String reason, SQLException e) {
        return Optional.of(
                new PipelineException(ErrorCode.DATABASE_NOT_TRUSTED, "cannot " + action + ": " + reason, e));
    }

    private static boolean has(SQLException e, Class<? extends Throwable> type) {
        return causes(e).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
    }
}
