package dev.farsight.engine;

/** What a trainer is used for: it works once, and is closed once. Any threads. */
final class TrainerUse {

  private static final String OTHER = "close this trainer and open another one";

  private final boolean evaluates;

  /** The method that was called; null before. */
  private String called;

  private boolean working;
  private boolean closed;

  /**
   * @param evaluates whether the trainer was opened to evaluate only
   */
  TrainerUse(boolean evaluates) {
    this.evaluates = evaluates;
  }

  /**
   * Begins the work of a method.
   *
   * @throws IllegalStateException if there was work before, or the trainer is closed
   */
  synchronized void begin(String method) {
    if (closed) {
      throw new IllegalStateException(method + "(): this trainer is closed; open another one");
    }
    if (called != null) {
      throw new IllegalStateException(method + "(): " + after(method));
    }
    if (evaluates && method.equals("train")) {
      throw new IllegalStateException(
          "train(): this trainer was opened with openToEvaluate; open one with Trainer.open");
    }
    called = method;
    working = true;
  }

  private String after(String method) {
    String before = called + "() was called before, and a trainer works once";
    if (!called.equals("train")) {
      return before + "; " + OTHER;
    }
    return method.equals("train")
        ? before
            + "; to train on, close it and call Trainer.resume, which needs checkpoint.every, or set"
            + " model.load to its model"
        : before
            + "; its report has the evaluation of the held-out part, and for other data "
            + OTHER
            + " with model.load set to its model";
  }

  /** The work has ended. */
  synchronized void end() {
    working = false;
    notifyAll();
  }

  /**
   * Closes; returns whether this was the first time. Work in progress is stopped, and has ended on
   * return.
   */
  synchronized boolean close(Runnable stop) {
    if (closed) {
      return false;
    }
    closed = true;
    boolean interrupted = false;
    while (working) {
      stop.run();
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
