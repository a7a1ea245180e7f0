package io.omnigraph.guard.planted.read;

import org.lance.Dataset;

/** Goes around the seam. */
record OpensLance(Dataset dataset) {}
