using Convergence.Cli.Hosting;

using var signals = new StopSignals();
return CliApplication.Run(args, new CliContext(Terminal.OfThisProcess(), TimeProvider.System, signals.Token));
