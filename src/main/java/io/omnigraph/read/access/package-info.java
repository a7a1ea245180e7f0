/**
 * How a query reaches nodes and edges: {@link io.omnigraph.read.access.NodeAccess} and {@link
 * io.omnigraph.read.access.EdgeAccess}, each either resident (from the caches) or by lookups in
 * storage (through indices, or by scans only). All answer alike. Start reading at {@link
 * io.omnigraph.read.access.GraphAccess}.
 */
@NullMarked
package io.omnigraph.read.access;

import org.jspecify.annotations.NullMarked;
