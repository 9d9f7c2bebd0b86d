package com.terrifictotes.etl.common;

/** What went wrong, and with it who can do something about it; {@code docs/errors.md} has a line for each. */
public enum ErrorCode {
    /** An environment variable or option is missing or malformed. */
    CONFIGURATION_INVALID(Category.CONFIGURATION),
    /** A database secret is missing, unreadable or lacks a field. */
    SECRET_INVALID(Category.CONFIGURATION),
    /** The function was invoked with something that is not one of its requests. */
    REQUEST_INVALID(Category.INPUT),
    /** A table that the catalogue does not have was asked for. */
    UNKNOWN_TABLE(Category.INPUT),
    /** The source no longer has what the star schema needs: a table, a column or a type. */
    SOURCE_CONTRACT_BROKEN(Category.CONTRACT),
    /** An object is not what the manifest says: other size, checksum, header or schema. */
    OBJECT_CORRUPT(Category.CONTRACT),
    /** A manifest is missing inside the log, or does not say what it must. */
    RUN_LOG_CORRUPT(Category.CONTRACT),
    /** The warehouse schema is not the one that this version of the loader knows. */
    WAREHOUSE_CONTRACT_BROKEN(Category.CONTRACT),
    /** An object that must exist does not. */
    OBJECT_MISSING(Category.CONTRACT),
    /** A bucket does not exist. */
    BUCKET_MISSING(Category.CONFIGURATION),
    /** AWS refuses the request: permissions or credentials. */
    AWS_ACCESS_DENIED(Category.CONFIGURATION),
    /** AWS is not there, or overloaded, after the SDK's own retries. */
    AWS_UNAVAILABLE(Category.TRANSIENT),
    /** AWS answers with an error that no retry will change. */
    AWS_REQUEST_FAILED(Category.CONTRACT),
    /** The database cannot be reached, restarts, or is out of a resource. */
    DATABASE_UNAVAILABLE(Category.TRANSIENT),
    /** The database refuses the user name or password. */
    DATABASE_LOGIN_REFUSED(Category.CONFIGURATION),
    /** The database does not prove that it is the one it should be, or does not encrypt, as its secret demands. */
    DATABASE_NOT_TRUSTED(Category.CONFIGURATION),
    /** The database role lacks a privilege. */
    DATABASE_ACCESS_DENIED(Category.CONFIGURATION),
    /** A lock was held longer than the loader waits, a deadlock, or a statement was cancelled. */
    DATABASE_BUSY(Category.TRANSIENT),
    /** Any other error of a database. */
    DATABASE_FAILED(Category.CONTRACT);

    /** Who can do something about an error, and whether trying again can help. */
    public enum Category {
        /** The caller sent something wrong. */
        INPUT,
        /** The deployment is wrong: variables, secrets, permissions, buckets. */
        CONFIGURATION,
        /** Something outside is away or busy; the same request may work later. */
        TRANSIENT,
        /** Data, schema or log are not what they were agreed to be. */
        CONTRACT
    }

    private final Category category;

    ErrorCode(Category category) {
        this.category = category;
    }

    /** Who can do something about it. */
    public Category category() {
        return category;
    }
}
