package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.Json;
import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Secrets of databases, as a function reads them. */
final class Secrets {

    private Secrets() {}

    /** The JSON that {@link DatabaseSecret#parse} reads. */
    static String json(DatabaseSecret login) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("host", login.host());
        fields.put("port", login.port());
        fields.put("username", login.username());
        fields.put("password", login.password());
        fields.put("dbname", login.database());
        if (login.sslMode() != null) {
            fields.put("sslmode", login.sslMode());
        }
        if (login.sslRootCertificates() != null) {
            fields.put("sslrootcert", login.sslRootCertificates());
        }
        return new String(Json.write(fields), StandardCharsets.UTF_8);
    }
}
