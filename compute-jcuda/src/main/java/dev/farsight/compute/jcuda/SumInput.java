package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.RowExchange;
import java.nio.ByteBuffer;

/**
 * A {@link BagExchange}'s place on the device: the lookups of all ranks that fall on rows of this
 * one, as the host lists them. Belongs to an {@link ExchangeInput}. Device memory: 4 bytes a bag, 4
 * an owned row, 12 a lookup, and 4 more if lookups have weights.
 */
final class SumInput {

  /** Fields of {@code struct Sums} in exchange.cu. */
  static final int BAG_STARTS = 0;

  static final int LOOKUP_ROWS = 8;
  static final int LOOKUP_BAGS = 16;
  static final int LOOKUP_WEIGHTS = 24;
  static final int OWNED_STARTS = 32;
  static final int OWNED_LOOKUPS = 40;
  static final int ARRIVED_ROWS = 48;
  static final int SAMPLE_STARTS = 52;

  private final Host bagStarts;
  private final Host lookupRows;
  private final Host lookupBags;

  /** Null if no lookups have weights. */
  private final Host lookupWeights;

  private final Host ownedStarts;
  private final Host ownedLookups;
  private final Device deviceBagStarts;
  private final Device deviceLookupRows;
  private final Device deviceLookupBags;
  private final Device deviceLookupWeights;
  private final Device deviceOwnedStarts;
  private final Device deviceOwnedLookups;

  SumInput(BagExchange bags, DeviceMemory memory) {
    bagStarts = Host.of(bags.bagStarts());
    lookupRows = Host.of(bags.lookupRows());
    lookupBags = Host.of(bags.lookupBags());
    ownedStarts = Host.of(bags.ownedStarts());
    ownedLookups = Host.of(bags.ownedLookups());
    boolean weighted = bags.lookupWeights() != null;
    lookupWeights = weighted ? Host.of(bags.lookupWeights()) : null;
    int lookups = bags.lookupRows().capacity();
    deviceBagStarts = array(memory, bags.bagStarts().capacity());
    deviceLookupRows = array(memory, lookups);
    deviceLookupBags = array(memory, lookups);
    deviceLookupWeights = weighted ? array(memory, lookups) : null;
    deviceOwnedStarts = array(memory, bags.ownedStarts().capacity());
    deviceOwnedLookups = array(memory, lookups);
  }

  private static Device array(DeviceMemory memory, long words) {
    return Device.at(memory.allocate("lookups of other ranks", words * Integer.BYTES));
  }

  /** Bytes of the lists' header. */
  static int headerBytes(int ranks) {
    return SAMPLE_STARTS + (ranks + 1) * Integer.BYTES;
  }

  /**
   * Writes where the lists are, and their sizes.
   *
   * @param at position in the header of the batch
   */
  void describe(RowExchange rows, ByteBuffer header, int at) {
    header.putLong(at + BAG_STARTS, deviceBagStarts.address());
    header.putLong(at + LOOKUP_ROWS, deviceLookupRows.address());
    header.putLong(at + LOOKUP_BAGS, deviceLookupBags.address());
    header.putLong(
        at + LOOKUP_WEIGHTS, deviceLookupWeights == null ? 0 : deviceLookupWeights.address());
    header.putLong(at + OWNED_STARTS, deviceOwnedStarts.address());
    header.putLong(at + OWNED_LOOKUPS, deviceOwnedLookups.address());
    header.putInt(at + ARRIVED_ROWS, rows.arrivedRows());
    int[] samples = rows.bags().sampleStarts();
    for (int p = 0; p < samples.length; p++) {
      header.putInt(at + SAMPLE_STARTS + p * Integer.BYTES, samples[p]);
    }
  }

  /**
   * Copies the lists.
   *
   * @param training whether they are needed by row too
   */
  void upload(RowExchange rows, int rank, boolean training, Stream stream) {
    BagExchange bags = rows.bags();
    int count = bags.featureCount(rank) * bags.sampleStarts()[rows.shape().ranks()];
    int lookups = bags.bagStarts().get(count);
    ExchangeInput.copy(deviceBagStarts, bagStarts, count + 1L, stream);
    ExchangeInput.copy(deviceLookupRows, lookupRows, lookups, stream);
    if (lookupWeights != null) {
      ExchangeInput.copy(deviceLookupWeights, lookupWeights, lookups, stream);
    }
    if (training) {
      ExchangeInput.copy(deviceLookupBags, lookupBags, lookups, stream);
      ExchangeInput.copy(deviceOwnedStarts, ownedStarts, rows.ownedRows() + 1L, stream);
      ExchangeInput.copy(deviceOwnedLookups, ownedLookups, lookups, stream);
    }
  }
}
