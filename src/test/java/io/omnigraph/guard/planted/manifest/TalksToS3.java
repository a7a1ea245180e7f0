package io.omnigraph.guard.planted.manifest;

import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Goes around the object store. */
record TalksToS3(S3AsyncClient client) {}
