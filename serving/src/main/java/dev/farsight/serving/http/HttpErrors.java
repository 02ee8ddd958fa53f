package dev.farsight.serving.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests that are no HTTP, or that came while the server stops, as others are. */
final class HttpErrors implements Request.Handler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Exchange.JSON);
    String message = HttpStatus.getMessage(response.getStatus());
    byte[] body = ("{\"error\":\"" + message + "\"}").getBytes(StandardCharsets.US_ASCII);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
