package io.omnigraph.guard.planted.storage.object;

import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The AWS SDK where it belongs. */
record InnocentS3(S3AsyncClient client) {}
