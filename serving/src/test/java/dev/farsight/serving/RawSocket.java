package dev.farsight.serving;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection for HTTP that sends what it is told, when it is told. */
final class RawSocket implements AutoCloseable {

  private final Socket socket;

  RawSocket(FarsightServer server) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort());
    socket.setSoTimeout(60_000);
  }

  /**
   * Sends the head of a request, with the lines given.
   *
   * @param path of a POST
   */
  RawSocket post(String path, int bodyBytes, String... headers) throws IOException {
    String lines = String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList());
    return send(
        "POST " + path + " HTTP/1.1\r\n" + lines + "Content-Length: " + bodyBytes + "\r\n\r\n");
  }

  RawSocket send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** What is answered until the server ends the connection. */
  String answerToTheEnd() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** The first line of an answer. */
  String status() throws IOException {
    var line = new StringBuilder();
    for (int c = socket.getInputStream().read(); c >= 0 && c != '\r'; ) {
      line.append((char) c);
      c = socket.getInputStream().read();
    }
    return line.toString();
  }

  /** Whether an answer has begun to come. */
  boolean isAnswered() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
