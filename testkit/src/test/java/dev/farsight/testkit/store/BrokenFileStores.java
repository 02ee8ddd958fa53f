package dev.farsight.testkit.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/** Factories of stores that keep their rows, with one planted bug each. */
final class BrokenFileStores {

  private BrokenFileStores() {}

  static class BeginsAnew extends FileStores {

    @Override
    public RowStore reopen(StoreSpec spec) {
      super.reopen(spec).close();
      delete(spec);
      return super.open(spec);
    }
  }

  static class ForgetsTheLastWrite extends FileStores {

    @Override
    RowStore store(StoreSpec spec) {
      return new ForwardingRowStore(super.store(spec)) {
        private RowBuffer before;
        private long row = -1;

        @Override
        public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
          if (count > 0) {
            row = rows[from];
            before = StoreCases.buffer(this, 1);
            read(rows, from, 1, before, 0).await();
          }
          return super.write(rows, from, count, source, sourceRow);
        }

        @Override
        public void close() {
          if (row >= 0) {
            super.write(new long[] {row}, 0, 1, before, 0).await();
          }
          super.close();
        }
      };
    }
  }

  /** Identities as a function of the right one. */
  private abstract static class Misnamed extends FileStores {

    abstract StoreIdentity identity(StoreIdentity right);

    @Override
    RowStore store(StoreSpec spec) {
      return new ForwardingRowStore(super.store(spec)) {
        @Override
        public Optional<StoreIdentity> identity() {
          return super.identity().map(Misnamed.this::identity);
        }
      };
    }
  }

  static class IsAnotherEachTime extends Misnamed {

    private int times;

    @Override
    StoreIdentity identity(StoreIdentity right) {
      return new StoreIdentity(
          right.id() + times++, right.created(), right.place(), right.generation());
    }
  }

  static class IsAlwaysNew extends Misnamed {

    @Override
    StoreIdentity identity(StoreIdentity right) {
      return new StoreIdentity(right.id(), true, right.place(), right.generation());
    }
  }

  static class HasOneNameForAll extends Misnamed {

    @Override
    StoreIdentity identity(StoreIdentity right) {
      return new StoreIdentity("the store", right.created(), right.place(), right.generation());
    }
  }

  static class ForgetsItsGeneration extends Misnamed {

    @Override
    StoreIdentity identity(StoreIdentity right) {
      return new StoreIdentity(right.id(), right.created(), right.place(), 0);
    }
  }

  /** Holds everything back until it is closed. */
  static class FlushesNothing extends FileStores {

    @Override
    RowStore store(StoreSpec spec) {
      RowStore below = super.store(spec);
      return new ForwardingRowStore(new NaiveRowStore(spec)) {
        @Override
        public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
          for (int i = from; i < from + count; i++) {
            boolean here = super.written(rows[i]);
            int to = targetRow + i - from;
            (here ? super.read(rows, i, 1, target, to) : below.read(rows, i, 1, target, to))
                .await();
          }
          return Ticket.DONE;
        }

        @Override
        public boolean written(long row) {
          return super.written(row) || below.written(row);
        }

        @Override
        public Optional<StoreIdentity> identity() {
          return below.identity();
        }

        @Override
        public void close() {
          RowBuffer row = StoreCases.buffer(this, 1);
          for (long id = 0; id < spec.tables().rows(); id++) {
            if (super.written(id)) {
              super.read(new long[] {id}, 0, 1, row, 0).await();
              below.write(new long[] {id}, 0, 1, row, 0).await();
            }
          }
          below.close();
        }
      };
    }
  }

  static class OpensTheFirstGeneration extends FileStores {

    @Override
    public RowStore reopen(StoreSpec spec) {
      return super.reopen(spec.ofGeneration(0));
    }
  }

  static class ComesBackToOtherRows extends FileStores {

    @Override
    RowStore store(StoreSpec spec) {
      return new ForwardingRowStore(super.store(spec)) {
        @Override
        public void returnToGeneration(int generation) {
          super.returnToGeneration(generation);
          super.write(new long[] {70}, 0, 1, StoreCases.buffer(this, 1), 0).await();
        }
      };
    }
  }

  static class TakesAnyRows extends FileStores {

    @Override
    RowStore store(StoreSpec spec) {
      try {
        return super.store(spec);
      } catch (FarsightException e) {
        return new NaiveRowStore(spec);
      }
    }
  }

  static class TellsWhatItHasOnly extends FileStores {

    @Override
    RowStore store(StoreSpec spec) {
      try {
        return super.store(spec);
      } catch (FarsightException e) {
        throw new FarsightException(e.getMessage().split(",", 2)[0], e);
      }
    }
  }

  static class CrashesOnOtherRows extends FileStores {

    @Override
    RowStore store(StoreSpec spec) {
      try {
        return super.store(spec);
      } catch (FarsightException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  static class MakesWhatItDoesNotFind extends FileStores {

    @Override
    public RowStore reopen(StoreSpec spec) {
      return super.open(spec);
    }
  }

  static class WritesToRead extends FileStores {

    @Override
    public RowReader openReader(StoreSpec spec) {
      try {
        Files.writeString(spec.directory().resolve("reader"), "here");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return super.openReader(spec);
    }
  }

  private static void delete(StoreSpec spec) {
    try {
      Files.delete(FileStores.file(spec));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
