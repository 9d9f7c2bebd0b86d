package com.terrifictotes.etl.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.PipelineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUrlTest {

    @Test
    void saysTheSameAsTheUrl() {
        assertThat(DatabaseUrl.toSecret("postgresql://me:p%40ss+word@db.example.com:6543/shop?sslmode=require"))
                .isEqualTo("{\"host\":\"db.example.com\",\"port\":6543,\"username\":\"me\",\"password\":\"p@ss+word\","
                        + "\"dbname\":\"shop\",\"sslmode\":\"require\"}");
    }

    @Test
    void leavesOutWhatTheUrlDoesNotSay() {
        assertThat(DatabaseUrl.toSecret("postgres://db.example.com")).isEqualTo("{\"host\":\"db.example.com\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mysql://me:secret@host/db | it does not begin with postgresql://
                    postgresql:///db | it names no host (a password with special characters must be percent-encoded)
                    postgresql://me:se cret@host/db | it is not a URI
                    postgresql://me:secret@host/db?connect_timeout=3 | its parameter "connect_timeout" is not known; expected sslmode
                    """)
    void refusesOthersWithoutRepeatingThePassword(String url, String problem) {
        assertThatThrownBy(() -> DatabaseUrl.toSecret(url))
                .isInstanceOf(PipelineException.class)
                .hasMessage("CONFIGURATION_INVALID: the database URL is not usable: " + problem
                        + "; expected postgresql://user:password@host:port/database[?sslmode=...]");
    }
}
