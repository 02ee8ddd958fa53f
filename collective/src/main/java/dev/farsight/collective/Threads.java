package dev.farsight.collective;

/** Starts threads that keep no process alive. */
final class Threads {

  private Threads() {}

  static Thread start(String name, Runnable body) {
    var thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
