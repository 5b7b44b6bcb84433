using Convergence.Cli.Hosting;

using var signals = new StopSignals();
var terminal = Terminal.OfThisProcess();

// The log writes there, too.
Console.SetError(terminal.Error);
var context = new CliContext(terminal, TimeProvider.System, signals.Token) { WatchCancellation = signals.AskPolitely };
return CliApplication.Run(args, context);
