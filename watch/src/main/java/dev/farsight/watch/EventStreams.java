package dev.farsight.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events: to each reader the state of the run and the points that it lacks, about twice
 * a second while something changes. Nothing is queued for a reader: a slow one gets fewer events,
 * with as many points. Each takes a thread while it reads; at most {@value #MOST_READERS}.
 */
final class EventStreams implements HttpHandler, AutoCloseable {

  private static final int MOST_READERS = 16;
  private static final int PERIOD_MILLIS = 500;

  /** Periods without news after which a reader that is gone is noticed. */
  private static final int QUIET_PERIODS = 20;

  private static final int CLOSE_MILLIS = 1_000;

  private final RunView view;
  private final Semaphore places = new Semaphore(MOST_READERS);
  private final CountDownLatch closing = new CountDownLatch(1);

  EventStreams(RunView view) {
    this.view = view;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (!places.tryAcquire()) {
      exchange.sendResponseHeaders(503, -1);
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(200, 0);
      // The end of the stream is sent before the place is free: then the server may stop.
      try (OutputStream out = exchange.getResponseBody()) {
        stream(out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private void stream(OutputStream out) throws IOException, InterruptedException {
    RunView.Cursors cursors = RunView.Cursors.START;
    long version = -1;
    int quiet = 0;
    boolean last = false;
    while (true) {
      RunView.Update update = view.after(cursors, version);
      cursors = update.next();
      version = update.version();
      if (update.json() != null) {
        send(out, "data: " + update.json());
        quiet = 0;
      } else if (++quiet % QUIET_PERIODS == 0) {
        send(out, ": still here");
      }
      if (last) {
        return;
      }
      // What changed before it was closed is sent too.
      last = closing.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static void send(OutputStream out, String event) throws IOException {
    out.write((event + "\n\n").getBytes(UTF_8));
    out.flush();
  }

  /** Sends each reader the last state, and ends the streams; waits a second at most. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (places.tryAcquire(MOST_READERS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        places.release(MOST_READERS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
