package dev.farsight.reading.internal.record;

/**
 * Mean and deviation of numbers, by the update of Welford, which loses nothing where the mean is
 * large beside the deviation. Equal numbers have a deviation of exactly 0. The result depends on
 * the order in which numbers are added and parts are merged, in its last bits. Not thread-safe.
 */
final class Moments {

  private long count;
  private double mean;

  /** Sum of the squared distances from the mean. */
  private double squares;

  void clear() {
    count = 0;
    mean = 0;
    squares = 0;
  }

  void add(double value) {
    count++;
    double distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
  }

  /** What numbers came to that were added elsewhere. */
  static Moments of(long count, double mean, double squares) {
    var moments = new Moments();
    moments.count = count;
    moments.mean = mean;
    moments.squares = squares;
    return moments;
  }

  long count() {
    return count;
  }

  double mean() {
    return mean;
  }

  /** Sum of the squared distances from the mean. */
  double squares() {
    return squares;
  }

  /** Adds the numbers that another one has seen (Chan, Golub and LeVeque). */
  void merge(Moments other) {
    if (other.count == 0) {
      return;
    }
    long all = count + other.count;
    double distance = other.mean - mean;
    double share = (double) other.count / all;
    squares += other.squares + distance * distance * count * share;
    mean += distance * share;
    count = all;
  }

  /** Mean and deviation; both 0 of no numbers. */
  Scale scale() {
    return new Scale(mean, count == 0 ? 0 : Math.sqrt(squares / count));
  }
}
