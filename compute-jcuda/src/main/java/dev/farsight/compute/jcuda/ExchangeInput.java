package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.List;
import jcuda.driver.JCudaDriver;

/**
 * A {@link RowExchange}'s place on the device. Belongs to a {@link DeviceInput}. Device memory: 4
 * bytes a unique row, 4 a row that is sent or kept, 8 an owned row, 4 a gradient that arrives;
 * another 8 an owned row if updates need row ids, and as much pinned memory.
 */
final class ExchangeInput {

  /** Fields of {@code struct Input} in prelude.cu, behind those of a single rank. */
  static final int SEND_ROWS = 184;

  static final int OWNED_SLOTS = 192;
  static final int GRADIENT_STARTS = 200;
  static final int GRADIENTS = 208;
  static final int OWNED_IDS = 216;
  static final int ARRIVALS = 224;
  static final int DIVISOR = 232;
  static final int FIRST_SAMPLE = 240;
  static final int SEQUENCE = 248;
  static final int OWNED_ROWS = 256;
  static final int KEPT_ROWS = 260;
  static final int STARTS = 264;

  private final StepSpec spec;
  private final RankExchange exchange;
  private final List<Command> prepare;
  private final int ranks;
  private final Host sendRows;
  private final Host ownedSlots;
  private final Host gradientStarts;
  private final Host gradients;
  private final Device deviceArrivals;
  private final Device deviceSendRows;
  private final Device deviceOwnedSlots;
  private final Device deviceGradientStarts;
  private final Device deviceGradients;

  /** Null if updates need no row ids. */
  private final LongBuffer ownedIds;

  private final Device deviceOwnedIds;
  private final Ticket done;

  /** Null if no sums of bags are exchanged. */
  private final SumInput sums;

  ExchangeInput(
      StepSpec spec,
      StepInput input,
      RankExchange exchange,
      List<Command> prepare,
      EventTicket done,
      DeviceMemory memory,
      PinnedMemory pinned) {
    this.spec = spec;
    this.exchange = exchange;
    this.prepare = prepare;
    this.done = new Done(done, exchange);
    ranks = exchange.shape().ranks();
    RowExchange rows = input.exchange();
    sendRows = Host.of(rows.sendRows());
    ownedSlots = Host.of(rows.ownedSlots());
    gradientStarts = Host.of(rows.gradientStarts());
    gradients = Host.of(rows.gradients());
    deviceArrivals = array(memory, spec.maxUniqueRows(), Integer.BYTES);
    deviceSendRows = array(memory, rows.sendRows().capacity(), Integer.BYTES);
    deviceOwnedSlots = array(memory, rows.ownedSlots().capacity(), Integer.BYTES);
    deviceGradientStarts = array(memory, rows.gradientStarts().capacity(), Integer.BYTES);
    deviceGradients = array(memory, rows.gradients().capacity(), Integer.BYTES);
    sums = rows.bags() == null ? null : new SumInput(rows.bags(), memory);
    boolean ids = rounds() || (spec.maxNorms().any() && !spec.optimizer().freezeRows());
    ownedIds = ids ? pinned.longs(exchange.shape().maxOwnedRows()) : null;
    deviceOwnedIds = ids ? array(memory, ownedIds.capacity(), Long.BYTES) : null;
  }

  private static Device array(DeviceMemory memory, long count, int bytes) {
    return Device.at(memory.allocate("a batch", count * bytes));
  }

  private boolean rounds() {
    return spec.format().precision() != RowFormat.Precision.FP32 && !spec.optimizer().freezeRows();
  }

  /** Bytes of the header of a batch. */
  static int headerBytes(ExchangeShape shape) {
    int ranks = shape.ranks();
    int bytes = STARTS + 3 * (ranks + 1) * Integer.BYTES;
    return shape.sums().any() ? sumsAt(ranks) + SumInput.headerBytes(ranks) : bytes;
  }

  /** Where {@code struct Sums} begins: behind {@code struct Input}. */
  private static int sumsAt(int ranks) {
    int bytes = STARTS + 3 * (ranks + 1) * Integer.BYTES;
    return (bytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
  }

  /** Writes the exchange of a step or an evaluation to the header of its batch. */
  void describe(StepInput input, ByteBuffer header) {
    RowExchange rows = input.exchange();
    header.putLong(SEND_ROWS, deviceSendRows.address());
    header.putLong(OWNED_SLOTS, deviceOwnedSlots.address());
    header.putLong(GRADIENT_STARTS, deviceGradientStarts.address());
    header.putLong(GRADIENTS, deviceGradients.address());
    header.putLong(OWNED_IDS, deviceOwnedIds == null ? 0 : deviceOwnedIds.address());
    header.putLong(ARRIVALS, deviceArrivals.address());
    header.putDouble(DIVISOR, rows.divisor());
    header.putLong(FIRST_SAMPLE, rows.firstSample());
    header.putLong(SEQUENCE, exchange.begin(input));
    header.putInt(OWNED_ROWS, rows.ownedRows());
    header.putInt(KEPT_ROWS, kept(input));
    for (int p = 0; p <= ranks; p++) {
      int at = STARTS + p * Integer.BYTES;
      int array = (ranks + 1) * Integer.BYTES;
      header.putInt(at, rows.askedStarts()[p]);
      header.putInt(at + array, rows.sendStarts()[p]);
      header.putInt(at + 2 * array, rows.sentRows() + rows.gatherStarts()[p]);
    }
    if (sums != null) {
      sums.describe(rows, header, sumsAt(ranks));
    }
    if (rounds()) {
      header.putLong(DeviceInput.ROUNDING_KEY, RowWeights.stepKey(spec.seed(), input.step()));
    }
  }

  /** Replicated rows that this rank looks up; of columns there are none. */
  private static int kept(StepInput input) {
    RowExchange rows = input.exchange();
    int arrived = Math.min(input.uniqueRows(), rows.arrivedRows());
    return rows.shape().columns() ? 0 : arrived - rows.askedRows();
  }

  /** Copies the exchange to the device and tells the other ranks; the header is there already. */
  void upload(StepInput input, boolean training, Stream stream, long header) {
    RowExchange rows = input.exchange();
    long packed = (long) rows.sentRows() + kept(input);
    copy(deviceSendRows, sendRows, packed, stream);
    copy(deviceOwnedSlots, ownedSlots, rows.ownedRows(), stream);
    if (training) {
      copy(deviceGradientStarts, gradientStarts, rows.ownedRows() + 1L, stream);
      copy(deviceGradients, gradients, (long) rows.sentRows() + rows.gatheredRows(), stream);
    }
    // Rows that are added up are brought to their largest norms here, in evaluations too.
    if (ownedIds != null && (training || sums != null)) {
      ownedIds.put(0, rows.ownedIds(), 0, rows.ownedRows());
      copy(deviceOwnedIds, Host.of(ownedIds), 2L * rows.ownedRows(), stream);
    }
    if (sums != null) {
      sums.upload(rows, exchange.rank(), training, stream);
    }
    for (Command command : prepare) {
      command.enqueue(stream, header);
    }
  }

  static void copy(Device to, Host from, long words, Stream stream) {
    if (words > 0) {
      check(
          "the copy of an exchange to the device",
          JCudaDriver.cuMemcpyHtoDAsync(to, from, words * Integer.BYTES, stream));
    }
  }

  /** Where it is copied at which positions unique rows arrive. */
  Device arrivals() {
    return deviceArrivals;
  }

  /** The ticket of the step, which fails if its exchange was not completed. */
  Ticket done() {
    return done;
  }

  private record Done(EventTicket step, RankExchange exchange) implements Ticket {

    @Override
    public void await() {
      step.await();
      exchange.requireComplete();
    }
  }
}
