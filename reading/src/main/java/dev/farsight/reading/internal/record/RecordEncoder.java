package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.Fields;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordParser;
import java.util.List;

/**
 * Makes samples of values handed over by name, with the parser that reads the records of sources.
 * Allocates nothing once it has grown to the longest sample seen, except for text that is not
 * ASCII. Not thread-safe.
 */
public final class RecordEncoder implements SampleEncoder {

  private final List<String> fieldNames;
  private final BatchSchema schema;
  private final RowParser parser;
  private final FileLayout layout;

  /** By feature; null where it is one-hot. Those of the sample that ends. */
  private final ParsedBags[] bags;

  /** By feature: lookups of bags that are in the batch. */
  private final int[] placed;

  private Batch batch;
  private int samples;
  private Fields fields;

  /** What is wrong with the current sample; null if nothing is, as far as it was looked at. */
  private BadRowException complaint;

  /**
   * @param columns without label
   */
  private RecordEncoder(Columns columns, ReadSettings settings) {
    this.fieldNames = columns.fieldNames();
    this.schema = columns.schema(false);
    this.parser = new RowParser(columns, settings);
    this.layout = new NamedFormat(columns, RecordEncoder::noRecords).layout(columns, new byte[0]);
    this.bags =
        schema.features().stream()
            .map(feature -> feature.oneHot() ? null : new ParsedBags(1, feature.weighted()))
            .toArray(ParsedBags[]::new);
    this.placed = new int[bags.length];
  }

  /**
   * @param columns as the settings have them
   * @throws FarsightException if what is known of the training part does not do for them
   */
  public static RecordEncoder of(Columns columns, DataContext context) {
    Columns complete = new FitPlan(new FitNeeds(columns), context).required().complete(columns);
    return new RecordEncoder(
        new Columns(null, complete.dense(), complete.categorical()), ReadSettings.of(context));
  }

  private static RecordParser noRecords() {
    throw new IllegalStateException("fields are handed over by name");
  }

  @Override
  public List<String> fieldNames() {
    return fieldNames;
  }

  @Override
  public void begin(Batch into) {
    requireSchema(into.schema());
    batch = into;
    samples = 0;
    for (int f = 0; f < bags.length; f++) {
      placed[f] = 0;
      if (bags[f] != null) {
        into.offsets(f)[0] = 0;
      }
    }
    beginSample();
  }

  private void requireSchema(BatchSchema of) {
    if (of.denseWidth() != schema.denseWidth()
        || !of.features().equals(schema.features())
        || !of.tables().tables().equals(schema.tables().tables())) {
      throw new IllegalArgumentException("the batch is one of another model");
    }
  }

  private void beginSample() {
    fields = parser.begin();
    complaint = null;
  }

  @Override
  public void set(String field, String text) {
    fields.set(field, text);
  }

  @Override
  public void add(String field, String text) {
    try {
      fields.add(field, text);
    } catch (BadRowException e) {
      complaint = e;
    }
  }

  @Override
  public void endSample() {
    try {
      if (samples == batch.capacity()) {
        throw new FarsightException("more samples than the " + samples + " of a full batch");
      }
      if (complaint != null) {
        throw complaint;
      }
      for (ParsedBags bag : bags) {
        if (bag != null) {
          bag.clear();
        }
      }
      parser.read(layout, batch, samples, bags);
      placeBags();
      samples++;
    } catch (BadRowException e) {
      throw new FarsightException(e.getMessage());
    } finally {
      beginSample();
    }
  }

  private void placeBags() {
    for (int f = 0; f < bags.length; f++) {
      if (bags[f] != null) {
        batch.requireRoom(f, (long) placed[f] + bags[f].lookups());
      }
    }
    for (int f = 0; f < bags.length; f++) {
      if (bags[f] != null) {
        placed[f] = bags[f].place(batch, f, samples, placed[f]);
      }
    }
  }

  @Override
  public void end() {
    batch.samples(samples);
    batch = null;
  }
}
