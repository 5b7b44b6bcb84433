using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Targets;

/// <summary>What all calls of a run share, whether they are those of the API, of a judge or of a model that embeds texts.</summary>
public sealed record CallServices
{
    /// <value>Sends requests (<see cref="HttpClients.Create"/>).</value>
    public required HttpClient Client { get; init; }

    /// <value>Keeps answers. Its redactor learns of every credential in use.</value>
    public required Cassette Cassette { get; init; }

    /// <value>The run's limits.</value>
    public required SpendLedger Ledger { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <value>Looks environment variables up. Default: those of this process.</value>
    public Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <value>Looks up where programs are (<c>PATH</c>, <c>CONVERGENCE_PYTHON</c>). Default: the environment of this process.</value>
    public Func<string, string?> ProgramVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <value>Numbers from 0 to 1 that spread the pauses between attempts. Default: always 0.5.</value>
    public Func<double> Jitter { get; init; } = () => .5;

    /// <value>Is told what a reader of the run should know. It may be called from several tasks at a time.</value>
    public Action<string> Note { get; init; } = _ => { };

    internal AuthorizationFactory Authorizations => new(Client, EnvironmentVariable, Time);

    /// <summary>Makes what sends calls under an authorization, whose secrets are kept out of everything from now on.</summary>
    internal ApiCaller CallerFor(IRequestAuthorization authorization, SendOptions options)
    {
        Cassette.Redactor.Watch(authorization);
        return new ApiCaller(Client, authorization, Cassette, Ledger, options, Time, Jitter, Note);
    }
}
