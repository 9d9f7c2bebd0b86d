package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.PipelineException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connection URI as {@code psql} takes it, in the form of a secret.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">PostgreSQL: Connection
 *     URIs</a>
 */
final class DatabaseUrl {

    private DatabaseUrl() {}

    /**
     * The JSON of the secret that says the same as the URI.
     *
     * @throws PipelineException {@link ErrorCode#CONFIGURATION_INVALID}; the message does not repeat the URI, which holds
     *     a password
     */
    static String toSecret(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw invalid("it is not a URI");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw invalid("it does not begin with postgresql://");
        }
        if (uri.getHost() == null) {
            throw invalid("it names no host (a password with special characters must be percent-encoded)");
        }
        Map<String, Object> secret = new LinkedHashMap<>();
        secret.put("host", uri.getHost());
        if (uri.getPort() > 0) {
            secret.put("port", uri.getPort());
        }
        if (uri.getRawUserInfo() != null) {
            String[] parts = uri.getRawUserInfo().split(":", 2);
            secret.put("username", decode(parts[0]));
            if (parts.length > 1) {
                secret.put("password", decode(parts[1]));
            }
        }
        if (uri.getRawPath() != null && uri.getRawPath().length() > 1) {
            secret.put("dbname", decode(uri.getRawPath().substring(1)));
        }
        if (uri.getRawQuery() != null) {
            for (String parameter : uri.getRawQuery().split("&", -1)) {
                String[] parts = parameter.split("=", 2);
                if (!parts[0].equals("sslmode") || parts.length != 2) {
                    throw invalid("its parameter \"" + parts[0] + "\" is not known; expected sslmode");
                }
                secret.put("sslmode", decode(parts[1]));
            }
        }
        return new String(Json.write(secret), StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        // A plus sign stands for itself in a URI.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static PipelineException invalid(String problem) {
        return new PipelineException(
                ErrorCode.CONFIGURATION_INVALID,
                "the database URL is not usable: " + problem
                        + "; expected postgresql://user:password@host:port/database[?sslmode=...]");
    }
}
