package dev.farsight.serving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A call over gRPC whose message never ends, written as frames of HTTP/2: no library makes one. */
final class SlowGrpcCall implements AutoCloseable {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_OF_HEADERS = 4;
  private static final int MOST_BYTES_OF_A_FRAME = 16_384;

  private final Socket socket;

  /**
   * @param bytes of the message that are sent, of one more; less than 64 KiB, which no server need
   *     allow
   */
  SlowGrpcCall(FarsightServer server, int bytes) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.grpcPort());
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    frame(HEADERS, END_OF_HEADERS, 1, headers());
    ByteBuffer message = ByteBuffer.allocate(5 + bytes);
    message.put((byte) 0).putInt(bytes + 1).position(0);
    while (message.hasRemaining()) {
      var some = new byte[Math.min(MOST_BYTES_OF_A_FRAME, message.remaining())];
      message.get(some);
      frame(DATA, 0, 1, some);
    }
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    socket.getOutputStream().write(frame.array());
  }

  /** In HPACK: names and values of the static table by their numbers, the others as they are. */
  private static byte[] headers() throws IOException {
    var headers = new ByteArrayOutputStream();
    headers.write(0x83); // :method POST
    headers.write(0x86); // :scheme http
    headers.write(4); // :path
    text(headers, "/inference.GRPCInferenceService/ModelInfer");
    headers.write(1); // :authority
    text(headers, "localhost");
    headers.write(0);
    text(headers, "content-type");
    text(headers, "application/grpc");
    headers.write(0);
    text(headers, "te");
    text(headers, "trailers");
    return headers.toByteArray();
  }

  private static void text(ByteArrayOutputStream to, String text) throws IOException {
    to.write(text.length());
    to.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
