/**
 * Turns query texts into vectors through a provider: OpenAI-compatible services, Gemini, or the
 * deterministic mock that tests and offline demos use. Nothing is embedded on load or mutation;
 * only {@code nearest} with a text asks. Start reading at {@link io.omnigraph.embedding.Embedders}.
 */
@NullMarked
package io.omnigraph.embedding;

import org.jspecify.annotations.NullMarked;
