package com.terrifictotes.etl.local;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.SecretSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where a database is: by the pair of options that every command has for it, {@code --NAME-url} and {@code --NAME-secret}. */
final class DatabaseChoice {

    private DatabaseChoice() {}

    /**
     * The database that was chosen.
     *
     * @param command the command, for the message and for the name of the connection
     * @param name the name in the options: totesys, warehouse
     * @throws ParameterException unless exactly one is given
     */
    static Database of(
            CommandSpec command, String name, @Nullable String url, @Nullable String secret, SecretSource secrets) {
        if (url != null && secret == null) {
            return new Database(ignored -> DatabaseUrl.toSecret(url), "--" + name + "-url", command.qualifiedName());
        }
        if (url == null && secret != null) {
            return new Database(secrets, secret, command.qualifiedName());
        }
        String variable = name.toUpperCase(Locale.ROOT);
        throw new ParameterException(
                command.commandLine(),
                String.format(
                        Locale.ROOT,
                        url == null
                                ? "Where is the %1$s database? Give one of --%1$s-url (or %2$s_URL) and --%1$s-secret (or"
                                        + " %2$s_SECRET)"
                                : "The %1$s database is given twice, by --%1$s-url (or %2$s_URL) and by --%1$s-secret (or"
                                        + " %2$s_SECRET): give one of them",
                        name,
                        variable));
    }
}
