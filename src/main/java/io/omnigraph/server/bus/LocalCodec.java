package io.omnigraph.server.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Passes an immutable record by reference. Such a message cannot leave the process, and trying to
 * send it there fails.
 */
public final class LocalCodec<T> implements MessageCodec<T, T> {

  private final String name;

  private LocalCodec(Class<T> type) {
    this.name = "local:" + type.getName();
  }

  /** Registers codecs for every message type of this package. */
  public static void registerAll(EventBus bus) {
    register(bus, ReadMessage.class);
    register(bus, CursorMessage.Next.class);
    register(bus, CursorMessage.Close.class);
    register(bus, WriteMessage.class);
    register(bus, MaintenanceMessage.class);
    register(bus, RecoveryMessage.class);
    register(bus, AuditMessage.class);
    register(bus, Reply.Success.class);
    register(bus, Reply.Failed.class);
  }

  private static <T> void register(EventBus bus, Class<T> type) {
    bus.registerDefaultCodec(type, new LocalCodec<>(type));
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    throw new UnsupportedOperationException(name + " stays inside the process");
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    throw new UnsupportedOperationException(name + " stays inside the process");
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
