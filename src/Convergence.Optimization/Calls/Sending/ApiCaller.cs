using System.Collections.Concurrent;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Spending;
using Polly;
using Polly.Retry;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>
/// Answers requests: from the cassette where it holds them, else by sending them, within the budget, as many at a time as the host bears,
/// and again where that can help. Every answer is kept before it is given. Safe for use by many tasks.
/// </summary>
public sealed class ApiCaller
{
    private readonly HttpSender _sender;
    private readonly SendOptions _options;
    private readonly Cassette _cassette;
    private readonly SpendLedger _ledger;
    private readonly ResiliencePipeline<Attempt> _retries;
    private readonly Action<string> _note;
    private readonly ConcurrentDictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly AdaptiveLimiter _workers;

    /// <param name="client">The client; its own timeout must be infinite.</param>
    /// <param name="authorization">Who calls.</param>
    /// <param name="cassette">Where answers are kept.</param>
    /// <param name="ledger">The budget.</param>
    /// <param name="options">How calls are sent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Numbers from 0 to 1 that spread the pauses between attempts.</param>
    /// <param name="note">Is told what a reader of the run should know. Default: nobody is.</param>
    public ApiCaller(
        HttpClient client,
        IRequestAuthorization authorization,
        Cassette cassette,
        SpendLedger ledger,
        SendOptions options,
        TimeProvider time,
        Func<double> jitter,
        Action<string>? note = null)
    {
        _sender = new HttpSender(client, authorization, options, time);
        _options = options;
        _cassette = cassette;
        _ledger = ledger;
        _note = note ?? (_ => { });
        _retries = Retries(options, time, jitter);
        _workers = new AdaptiveLimiter(options.Workers);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="estimate">The most that one attempt may cost.</param>
    /// <param name="price">What its tokens cost; <see langword="null"/> where calls cost nothing.</param>
    /// <param name="cancellation">Ends waiting for a turn and for another attempt. What was sent is answered first, and kept.</param>
    /// <returns>The answer, or why there is none.</returns>
    /// <exception cref="BudgetExhaustedException">A limit forbids the call; it was not sent.</exception>
    /// <exception cref="CassetteException">The answer, or one before, could not be kept.</exception>
    public Task<RecordedAnswer> CallAsync(
        ApiRequest request, SpendEstimate estimate, TokenPrice? price, CancellationToken cancellation) =>
        _cassette.AnswerAsync(request, paid => SendAsync(request, paid, estimate, price, cancellation), cancellation);

    private async Task<ApiAnswer> SendAsync(
        ApiRequest request, PaidCall paid, SpendEstimate estimate, TokenPrice? price, CancellationToken cancellation)
    {
        var attempt = await _retries.ExecuteAsync(
            token => SendWithinBudgetAsync(request, paid, estimate, price, token), cancellation).ConfigureAwait(false);
        return attempt.Answer with { Attempts = (int)paid.Spent.Calls };
    }

    private async ValueTask<Attempt> SendWithinBudgetAsync(
        ApiRequest request, PaidCall paid, SpendEstimate estimate, TokenPrice? price, CancellationToken cancellation)
    {
        var host = _hosts.GetOrAdd(request.Endpoint.Authority, name => new Host(name, _options, _note));
        var era = await host.Limiter.EnterAsync(cancellation).ConfigureAwait(false);
        var isOverload = false;
        try
        {
            // The host's turn comes first: who waits for a slow host takes no worker from the others.
            var turn = await _workers.EnterAsync(cancellation).ConfigureAwait(false);
            using var worker = new Turn(_workers, turn);
            using var reservation = await _ledger.ReserveAsync(estimate, cancellation).ConfigureAwait(false);
            paid.Send(estimate);
            (var attempt, isOverload) = host.Take(await _sender.SendAsync(request).ConfigureAwait(false));
            if (SpentBy(attempt, estimate, price) is { } spent)
            {
                reservation.Settle(spent);
                paid.Settle(spent);
            }

            return attempt;
        }
        finally
        {
            host.Limiter.Exit(era, isOverload);
        }
    }

    private readonly struct Turn(AdaptiveLimiter limiter, long era) : IDisposable
    {
        public void Dispose() => limiter.Exit(era, isOverload: false);
    }

    // What an answer says itself goes before its tokens' price. An answer without a count of tokens, and an attempt that timed out or broke
    // off, may have cost all that was reserved; what was never sent for want of a connection, a refusal, a redirection and an answer that
    // tells of an error cost nothing.
    private static Spend? SpentBy(Attempt attempt, SpendEstimate most, TokenPrice? price) =>
        ReportedCost.Of(attempt.Answer.Body) is { } reported
            ? new Spend((decimal)reported, 1, attempt.Answer.Usage?.Total ?? most.Tokens)
        : attempt.Answer.Usage is { } usage ? new Spend(price?.CostOf(usage) ?? 0, 1, usage.Total)
        : !attempt.WasSent || attempt.Answer.Status >= 300
            || attempt.Answer.Failure?.Kind is CallFailureKind.Reported or CallFailureKind.RateLimited or CallFailureKind.Server
            ? new Spend(0, 1, 0)
        : null;

    private static ResiliencePipeline<Attempt> Retries(SendOptions options, TimeProvider time, Func<double> jitter)
    {
        if (options.MaxRetries == 0)
        {
            return ResiliencePipeline<Attempt>.Empty;
        }

        var builder = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time };
        return builder.AddRetry(new RetryStrategyOptions<Attempt>
        {
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RetryDelay,
            MaxDelay = options.MaxRetryAfter,
            Randomizer = jitter,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { CanRetry: true } attempt
                && (attempt.Answer.Failure!.Kind != CallFailureKind.Unauthorized || arguments.AttemptNumber == 0)),
            DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
        }).Build();
    }
}
