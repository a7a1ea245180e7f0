/**
 * Who is calling and what they may do: bearer tokens kept as digests, the startup matrix that
 * follows from tokens and flags, the guard of each mode, and admission of writes per actor. Start
 * reading at {@link io.omnigraph.server.auth.ServerMode}.
 */
@NullMarked
package io.omnigraph.server.auth;

import org.jspecify.annotations.NullMarked;
