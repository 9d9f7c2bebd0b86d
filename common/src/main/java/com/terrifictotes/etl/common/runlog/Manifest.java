package com.terrifictotes.etl.common.runlog;

/** What stands in {@code runs/<run>.json}: one record per run, written once. */
public interface Manifest {

    /** The form of the manifests that this code writes; it reads every form up to this one. */
    int VERSION = 1;

    /** The form of this manifest. */
    int version();

    /** The run it is about. */
    long run();

    /** Who wrote it: unique to one try of one invocation, so that a writer recognises its own. */
    String attempt();
}
