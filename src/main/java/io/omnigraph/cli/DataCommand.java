package io.omnigraph.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What commands on the data of one graph share. */
abstract class DataCommand implements Callable<Integer> {

  final CommandContext context;

  @Spec CommandSpec spec = CommandSpec.create();

  DataCommand(CommandContext context) {
    this.context = context;
  }

  /** Resolves what is addressed and refuses options that make no sense. */
  final Target target(@Nullable String positional) {
    Capability.ANY.check(name(), guarded());
    return new TargetResolver(context).data(positional);
  }

  /** {@code --cluster} has its own message on data commands. */
  private Globals guarded() {
    var copy = new Globals();
    copy.actor = context.globals().actor;
    copy.server = context.globals().server;
    copy.store = context.globals().store;
    copy.graph = context.globals().graph;
    copy.profile = context.globals().profile;
    return copy;
  }

  /** The target of a write: the server decides who its callers are, so {@code --as} is refused. */
  final Target writeTarget(@Nullable String positional, Waiting waiting) {
    Target target = target(positional);
    waiting.check(target);
    if (target instanceof Target.Served && context.globals().actor != null) {
      throw CliException.usage(
          "--as does not apply to a served graph: the server takes the actor from the token");
    }
    return target;
  }

  final GraphClient open(Target target) {
    return open(target, new Waiting());
  }

  final GraphClient open(Target target, Waiting waiting) {
    return switch (target) {
      case Target.Store store -> new LocalGraphClient(store, context, waiting.wait);
      case Target.Served served -> new RemoteGraphClient(served, context);
    };
  }

  /** Says on standard error what is about to be written where. */
  final void announce(String label, Target target) {
    context.notice("omnigraph " + label + " → " + target.describe());
  }

  /** The words after {@code omnigraph}. */
  final String name() {
    return spec.qualifiedName(" ").replaceFirst("^omnigraph ", "");
  }
}
