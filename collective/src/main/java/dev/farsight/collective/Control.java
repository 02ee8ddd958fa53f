package dev.farsight.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The control connection to one other rank, and what has come through it. The watch's thread. */
final class Control {

  private static final byte ALIVE = 0;
  private static final byte GOODBYE = 1;
  private static final byte READ_ALL = 2;
  private static final byte FAILED = 3;
  private static final int LONGEST_MESSAGE = 4_000;

  final int peer;
  final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocate(8 << 10);
  private final ByteBuffer out = ByteBuffer.allocate(8 << 10);

  /** How long the rank has shown no life. */
  long silentNanos;

  /** Whether the rank has said that it leaves. */
  boolean left;

  /** Whether the rank has read all that this one sent before it left. */
  boolean readAll;

  /** Whether this rank has told the other that it has read all. */
  boolean toldReadAll;

  /** Whether the connection has ended. */
  boolean ended;

  /** What the rank says has ended the group. */
  Failure failure;

  Control(int peer, SocketChannel channel) {
    this.peer = peer;
    this.channel = channel;
  }

  void read() {
    try {
      int count = channel.read(in);
      if (count < 0) {
        ended = true;
      } else if (count > 0) {
        silentNanos = 0;
      }
    } catch (IOException e) {
      ended = true;
    }
    in.flip();
    while (frame()) {
      // Takes all that is whole.
    }
    in.compact();
  }

  private boolean frame() {
    if (!in.hasRemaining()) {
      return false;
    }
    switch (in.get(in.position())) {
      case GOODBYE -> left = true;
      case READ_ALL -> readAll = true;
      case FAILED -> {
        return failedFrame();
      }
      default -> {}
    }
    in.get();
    return true;
  }

  private boolean failedFrame() {
    int start = in.position();
    if (in.remaining() < 9 || in.remaining() < 9 + in.getInt(start + 5)) {
      return false;
    }
    in.get();
    int rank = in.getInt();
    var text = new byte[in.getInt()];
    in.get(text);
    failure = new Failure(rank, new String(text, StandardCharsets.UTF_8));
    return true;
  }

  void sayAlive() {
    say(ALIVE);
  }

  void sayGoodbye() {
    say(GOODBYE);
  }

  void sayReadAll() {
    toldReadAll = true;
    say(READ_ALL);
  }

  void sayFailed(Failure why) {
    byte[] text = why.message().getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, LONGEST_MESSAGE);
    if (out.remaining() >= 9 + length) {
      out.put(FAILED).putInt(why.rank()).putInt(length).put(text, 0, length);
    }
    flush();
  }

  private void say(byte what) {
    if (out.hasRemaining()) {
      out.put(what);
    }
    flush();
  }

  /** Writes what the connection takes now. */
  void flush() {
    if (ended) {
      return;
    }
    out.flip();
    try {
      channel.write(out);
    } catch (IOException e) {
      // Reading tells how the connection ended, after what the other side said last.
    }
    out.compact();
  }

  boolean flushed() {
    return ended || out.position() == 0;
  }

  void endOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      ended = true;
    }
  }
}
