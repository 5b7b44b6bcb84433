namespace Convergence.Cli.Hosting;

/// <summary>What a command needs from its process.</summary>
/// <param name="Terminal">Where it reads and writes.</param>
/// <param name="Time">The clock.</param>
/// <param name="Cancellation">Cancelled when the user asks the process to stop.</param>
internal sealed record CliContext(Terminal Terminal, TimeProvider Time, CancellationToken Cancellation);
