package dev.farsight.testkit.data;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sources with one planted bug each. */
final class BrokenSources {

  private BrokenSources() {}

  /** A source that changes a sample after it was put in a batch. */
  private abstract static class Spoilt extends NumberSource {

    Spoilt(DataContext context) {
      super(context);
    }

    abstract void spoil(Batch batch, int s, int number);

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        void put(Batch batch, int s, int number) {
          super.put(batch, s, number);
          spoil(batch, s, number);
        }
      };
    }
  }

  static class LabelsOfTwo extends Spoilt {
    LabelsOfTwo(DataContext context) {
      super(context);
    }

    @Override
    void spoil(Batch batch, int s, int number) {
      batch.labels().put(s, number % 3);
    }
  }

  static class DenseThatIsNone extends Spoilt {
    DenseThatIsNone(DataContext context) {
      super(context);
    }

    @Override
    void spoil(Batch batch, int s, int number) {
      batch.dense().put(2 * s + 1, 1f / (number % 7));
    }
  }

  static class IndexBehindTheTable extends Spoilt {
    IndexBehindTheTable(DataContext context) {
      super(context);
    }

    @Override
    void spoil(Batch batch, int s, int number) {
      batch.indices(0)[s] = number % 51;
    }
  }

  static class NegativeWeight extends Spoilt {
    NegativeWeight(DataContext context) {
      super(context);
    }

    @Override
    void spoil(Batch batch, int s, int number) {
      batch.weights().put(s, number % 3 - 1);
    }
  }

  static class LookupWithoutWeight extends Spoilt {
    LookupWithoutWeight(DataContext context) {
      super(context);
    }

    @Override
    void spoil(Batch batch, int s, int number) {
      if (number % 4 == 3) {
        batch.lookupWeights(1).put(batch.offsets(1)[s], Float.NaN);
      }
    }
  }

  /** Writes the offsets but for the first, which it takes for 0. */
  static class OffsetsFromAnywhere extends NumberSource {
    OffsetsFromAnywhere(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public boolean next(Batch batch) {
          int before = batch.offsets(1)[0];
          boolean more = super.next(batch);
          batch.offsets(1)[0] = before;
          return more;
        }
      };
    }
  }

  static class LeavesDenseOfBefore extends NumberSource {
    LeavesDenseOfBefore(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        void put(Batch batch, int s, int number) {
          float before = batch.dense().get(2 * s);
          super.put(batch, s, number);
          if (number % 5 == 0) {
            batch.dense().put(2 * s, before);
          }
        }
      };
    }
  }

  static class HalfABatchInTheMiddle extends NumberSource {
    HalfABatchInTheMiddle(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        private int batches;

        @Override
        public boolean next(Batch batch) {
          boolean more = super.next(batch);
          if (batches++ == 2 && batch.samples() > 1) {
            batch.samples(batch.samples() - 1);
            row--;
          }
          return more;
        }
      };
    }
  }

  static class EndsWithAnEmptyBatch extends NumberSource {
    EndsWithAnEmptyBatch(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        private boolean ended;

        @Override
        public boolean next(Batch batch) {
          boolean more = super.next(batch);
          boolean empty = !more && !ended;
          ended |= !more;
          return more || empty;
        }
      };
    }
  }

  static class BeginsAgainAfterTheEnd extends NumberSource {
    BeginsAgainAfterTheEnd(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public boolean next(Batch batch) {
          boolean more = super.next(batch);
          if (!more) {
            row = from;
          }
          return more;
        }
      };
    }
  }

  static class PromisesMore extends NumberSource {
    PromisesMore(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return super.pass(from, to - 1);
    }
  }

  static class LeavesRowsOut extends NumberSource {
    LeavesRowsOut(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public long badRows() {
          return 3;
        }
      };
    }
  }

  static class OtherSamplesEachPass extends NumberSource {
    private int passes;

    OtherSamplesEachPass(DataContext context) {
      super(context);
    }

    @Override
    int number(int row) {
      return super.number(row) + 2 * passes;
    }

    @Override
    Pass pass(int from, int to) {
      passes++;
      return super.pass(from, to);
    }
  }

  static class OtherSamplesInOtherBatches extends NumberSource {
    OtherSamplesInOtherBatches(DataContext context) {
      super(context);
    }

    @Override
    int number(int row) {
      return super.number(row) + (context.batchSize() > 64 ? row / 64 : 0);
    }
  }

  static class OtherSamplesOnMoreThreads extends NumberSource {
    OtherSamplesOnMoreThreads(DataContext context) {
      super(context);
    }

    @Override
    int number(int row) {
      return super.number(row) + (context.threads() > 2 ? 1 : 0);
    }
  }

  static class SkipsOneTooMany extends NumberSource {
    SkipsOneTooMany(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public long skip(long samples, Batch scratch) {
          row = (int) Math.min(end, row + samples + (samples > 0 ? 1 : 0));
          return Math.min(samples, end - from);
        }
      };
    }
  }

  static class SkipsFromTheStart extends NumberSource {
    SkipsFromTheStart(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public long skip(long samples, Batch scratch) {
          int before = row;
          row = (int) Math.min(end, from + samples);
          return Math.min(samples, end - before);
        }
      };
    }
  }

  static class SkipsBeyondTheEnd extends NumberSource {
    SkipsBeyondTheEnd(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public long skip(long samples, Batch scratch) {
          row = (int) Math.min(end, row + samples);
          return samples;
        }
      };
    }
  }

  static class HasOnePlaceForAllPasses extends NumberSource {
    private int place;

    HasOnePlaceForAllPasses(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      place = from;
      return new Pass(from, to) {
        @Override
        public boolean next(Batch batch) {
          row = place;
          boolean more = super.next(batch);
          place = row;
          return more;
        }
      };
    }
  }

  static class ClosesAllPasses extends NumberSource {
    private boolean closed;

    ClosesAllPasses(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      closed = false;
      return new Pass(from, to) {
        @Override
        public boolean next(Batch batch) {
          return !closed && super.next(batch);
        }

        @Override
        public void close() {
          closed = true;
        }
      };
    }
  }

  static class CannotBeClosedTwice extends NumberSource {
    private boolean closed;

    CannotBeClosedTwice(DataContext context) {
      super(context);
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed already");
      }
      closed = true;
    }
  }

  static class GivesRubbishOnceItIsClosed extends NumberSource {
    private boolean closed;

    GivesRubbishOnceItIsClosed(DataContext context) {
      super(context);
    }

    @Override
    int number(int row) {
      return closed ? 0 : super.number(row);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  static class AnotherSchemaForPasses extends NumberSource {
    AnotherSchemaForPasses(DataContext context) {
      super(context);
    }

    @Override
    Pass pass(int from, int to) {
      return new Pass(from, to) {
        @Override
        public BatchSchema schema() {
          return SCHEMA.withLookupLimit(1000);
        }
      };
    }
  }

  static class IsIdentifiedByItsPlace extends NumberSource {
    IsIdentifiedByItsPlace(DataContext context) {
      super(context);
    }

    @Override
    public String contentIdentity() {
      return context.data().string("path");
    }
  }

  static class IsIdentifiedByChance extends NumberSource {
    IsIdentifiedByChance(DataContext context) {
      super(context);
    }

    @Override
    public String contentIdentity() {
      return "" + System.identityHashCode(this);
    }
  }

  static class ReadsOtherwiseWhatIsFitted extends NumberSource {
    ReadsOtherwiseWhatIsFitted(DataContext context) {
      super(context);
    }

    @Override
    int number(int row) {
      return super.number(row) + (context.fitted() == null ? 0 : 1);
    }
  }

  static class SavesLessOfWhatIsFitted extends NumberSource {
    SavesLessOfWhatIsFitted(DataContext context) {
      super(context);
    }

    @Override
    public void saveFitted(Path folder) throws IOException {
      if (context.fitted() == null) {
        super.saveFitted(folder);
      }
    }
  }

  static class SavesFolders extends NumberSource {
    SavesFolders(DataContext context) {
      super(context);
    }

    @Override
    public void saveFitted(Path folder) throws IOException {
      Files.createDirectory(folder.resolve("tables"));
    }
  }

  /** Takes what is out of range for the default. */
  static class TakesAnySetting extends NumberSource {
    TakesAnySetting(DataContext context) {
      super(withoutOwn(context));
    }

    private static DataContext withoutOwn(DataContext context) {
      var own = com.typesafe.config.ConfigFactory.parseString("first = 1");
      return new DataContext(
          context.data(),
          Settings.of(context.own().path(), own),
          context.batchSize(),
          context.seed(),
          context.threads());
    }
  }

  static class DoesNotNameTheKey extends NumberSource {
    DoesNotNameTheKey(DataContext context) {
      super(requireFirst(context));
    }

    private static DataContext requireFirst(DataContext context) {
      if (context.own().config().getInt("first") > 10) {
        throw new dev.farsight.api.config.ConfigException("a number is wrong");
      }
      return context;
    }
  }

  /** A source that can be read any number of times, though it says that it cannot. */
  static class ReadsAgain extends NumberSource {
    ReadsAgain(DataContext context) {
      super(context);
    }

    @Override
    public BatchSource eval() {
      return pass(0, 0);
    }
  }
}
