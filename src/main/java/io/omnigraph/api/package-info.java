/**
 * What travels between a server and its clients: the request and response records, their JSON, the
 * error body, and the one translation from kernel results to them. Knows no Vert.x, so the command
 * line uses the same records against a local store and against a server. Start reading at {@link
 * io.omnigraph.api.GraphApi} and {@link io.omnigraph.api.ErrorOutput}.
 */
@NullMarked
package io.omnigraph.api;

import org.jspecify.annotations.NullMarked;
