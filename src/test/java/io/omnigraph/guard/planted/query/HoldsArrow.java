package io.omnigraph.guard.planted.query;

import org.apache.arrow.vector.types.pojo.Schema;

/** A compiler that knows how rows are stored. */
record HoldsArrow(Schema schema) {}
