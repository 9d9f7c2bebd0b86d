package com.terrifictotes.etl.loopback;

import java.io.IOException;

/** One request to one of the services, understood but not yet performed. */
interface Call {

    AwsRequest request();

    /**
     * Does what is asked for.
     *
     * @throws Refusal if AWS would answer with an error
     * @throws IOException if the client went away or the disk failed
     */
    Reply perform() throws IOException;

    /** Returns the error answer in the service's own format. */
    Reply refuse(Refusal refusal);
}
