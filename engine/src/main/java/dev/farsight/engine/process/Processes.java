package dev.farsight.engine.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The processes that train one model, connected for what they have to say outside of steps. All
 * call the same methods in the same order, on the thread that opens, trains and closes. What one of
 * them does between two calls may take as long as it likes, but one that dies or hangs is noticed.
 */
public final class Processes implements AutoCloseable {

  /** Loading a model, say. A process has to show signs of life all the same. */
  public static final Duration PATIENCE = Duration.ofHours(24);

  private static final int MOST_ADDRESS_BYTES = 256;

  private final ProcessPlace place;
  private final int count;

  /** Null if there is one process. */
  private final Collective control;

  private Processes(ProcessPlace place, int count, Collective control) {
    this.place = place;
    this.count = count;
    this.control = control;
  }

  /** A run of one process, which needs nobody. */
  public static Processes one() {
    return new Processes(ProcessPlace.ALONE, 1, null);
  }

  /**
   * Waits for the other processes.
   *
   * @param factory joins processes
   * @param own the factory's settings
   * @param timeout how long a process may show no sign of life
   */
  public static Processes join(
      ProcessPlace place, int count, CollectiveFactory factory, Settings own, Duration timeout) {
    if (count == 1) {
      return one();
    }
    var context =
        new CollectiveContext(
            own,
            "processes",
            IntStream.range(0, count).mapToObj(number -> "process " + number).toList(),
            List.of(place.number()),
            timeout,
            place.rendezvous());
    Collective control = factory.connect(context).get(0);
    control.patience(PATIENCE);
    return new Processes(place, count, control);
  }

  /** This process, from 0. */
  public int number() {
    return place.number();
  }

  public int count() {
    return count;
  }

  /** Whether this process leaves the files of the run. */
  public boolean isFirst() {
    return place.number() == 0;
  }

  public boolean isAlone() {
    return count == 1;
  }

  /** For bulk transfers between processes, in turn with the other methods; only if not alone. */
  public Collective control() {
    return control;
  }

  /**
   * @param devices of each process
   */
  public OwnRanks ranks(int devices) {
    return new OwnRanks(place.number() * devices, devices, count * devices);
  }

  /** What messages call a device of this process. */
  public String deviceName(String device) {
    return device + (isAlone() ? "" : " of process " + number());
  }

  /** The texts of all processes, in order. */
  public List<String> gather(String text) {
    if (isAlone()) {
      return List.of(text);
    }
    byte[] bytes = text.getBytes(UTF_8);
    long[] sizes = new long[count];
    sizes[number()] = bytes.length;
    control.allReduceMax(sizes, count);
    int[] starts = new int[count + 1];
    for (int p = 0; p < count; p++) {
      starts[p + 1] = Math.addExact(starts[p], Math.toIntExact(sizes[p]));
    }
    var all = ByteBuffer.allocate(starts[count]);
    // Everybody gets the same bytes: one piece for each.
    var send = ByteBuffer.allocate(Math.multiplyExact(count, bytes.length));
    for (int p = 0; p < count; p++) {
      send.put(bytes);
    }
    int[] sendStarts = IntStream.rangeClosed(0, count).map(p -> p * bytes.length).toArray();
    control.allToAllv(send.clear(), sendStarts, all, starts);
    List<String> texts = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      texts.add(new String(Arrays.copyOfRange(all.array(), starts[p], starts[p + 1]), UTF_8));
    }
    return texts;
  }

  /** The text of process 0. */
  public String ofFirst(String text) {
    return gather(isFirst() ? text : "").get(0);
  }

  /**
   * Joins a group with the ranks of this process.
   *
   * @param names what each rank of the run is
   * @param gpus the devices of the ranks of this process; of others, empty
   * @param ranks of this process
   */
  public List<Collective> connect(
      CollectiveFactory factory,
      Settings own,
      String group,
      List<String> names,
      List<OptionalInt> gpus,
      List<Integer> ranks,
      Duration timeout) {
    if (isAlone()) {
      return factory.connect(
          new CollectiveContext(own, group, names, gpus, ranks, timeout, Optional.empty()));
    }
    Rendezvous first = place.rendezvous().orElseThrow();
    InetSocketAddress at =
        isFirst() ? new InetSocketAddress(first.address().getAddress(), 0) : tell(null);
    var rendezvous = new Rendezvous(at, first.secret(), isFirst() ? this::tell : address -> {});
    return factory.connect(
        new CollectiveContext(own, group, names, gpus, ranks, timeout, Optional.of(rendezvous)));
  }

  /**
   * Tells all processes where process 0 listens.
   *
   * @param address null in all processes but the first
   */
  private InetSocketAddress tell(InetSocketAddress address) {
    var bytes = ByteBuffer.allocate(MOST_ADDRESS_BYTES);
    if (address != null) {
      byte[] host = address.getHostString().getBytes(UTF_8);
      bytes.putInt(address.getPort()).putInt(host.length).put(host).clear();
    }
    control.broadcast(bytes, MOST_ADDRESS_BYTES, 0);
    int port = bytes.getInt();
    byte[] host = new byte[bytes.getInt()];
    bytes.get(host);
    return new InetSocketAddress(new String(host, UTF_8), port);
  }

  /**
   * What to throw for a failure: if it is only that another process has failed, that one's name and
   * reason.
   */
  public Throwable told(Throwable failure) {
    return isAlone() ? failure : ProcessException.of(failure);
  }

  /** Whether all processes have the same failure, and know that. */
  public boolean haveAgreedOn(Throwable failure) {
    return failure instanceof AgreedException;
  }

  /**
   * Ends the run in all processes, because this one cannot go on. Any thread.
   *
   * @param failure as {@link #told} gives it
   */
  public void abort(Throwable failure) {
    if (control != null && !haveAgreedOn(failure)) {
      control.abort(Quoted.line(String.valueOf(failure.getMessage())));
    }
  }

  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
  }
}
