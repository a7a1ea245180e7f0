package io.omnigraph.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The redo record of one transaction as JSON: {@code {op, updated[], removed[], added[],
 * preserve[]}}, fragments with files and byte sizes.
 */
public record RedoRecord(ObjectNode json) {}
