using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Targets;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Makes the calls that schedules ask for, as many at a time as there are workers, and tells their results in the order of asking. What
/// calls may cost at most is set aside in that order as well, so that a run that is taken up again stops at the same call.
/// </summary>
/// <param name="setup">Cases, target and events.</param>
/// <param name="evaluator">What calls and scores.</param>
/// <param name="allowance">What the run's own calls may spend, kept ones among them: whether they were paid today or before.</param>
/// <param name="tally">What was spent.</param>
internal sealed class CallLoop(RunSetup setup, CaseEvaluator evaluator, SpendLedger allowance, RunTally tally)
{
    /// <summary>Calls in a row that all must have failed before a run is given up: the provider is out of order, or refuses all.</summary>
    private const int HopelessCalls = 25;

    /// <summary>As many where there never was an answer, not even a refusal: each has waited through its timeouts and attempts.</summary>
    private const int SilentCalls = 5;

    private readonly TestCase[] _cases = [.. setup.Plan.All];
    private readonly Dictionary<CaseTask, List<SpendLedger.Reservation>> _provisions = new(ReferenceEqualityComparer.Instance);
    private bool _hasSucceeded;
    private bool _hasAnswered;
    private int _failures;

    private readonly ClosingReserve _reserve = new(allowance);
    private bool _isAllowanceSpent;

    /// <summary>Why no further call is made; <see langword="null"/> while they are.</summary>
    public string? Stop { get; private set; }

    /// <summary>Whether calls failed for a reason that may be gone tomorrow.</summary>
    public bool IsOutage { get; private set; }

    /// <summary>Sets calls aside for the end of the run, if they leave half of what is allowed.</summary>
    /// <param name="calls">How many.</param>
    /// <param name="most">What one may cost at most.</param>
    /// <param name="limits">What is allowed.</param>
    public void Reserve(long calls, CallForecast most, SpendLimits limits)
    {
        var isTooMuch =
            calls * 2 > limits.Calls || calls * most.MostDollars * 2 > limits.Dollars || calls * most.MostTokens * 2 > limits.Tokens;
        if (!isTooMuch && limits != new SpendLimits(Duration: limits.Duration))
        {
            _reserve.Make(calls, most.Most);
        }
    }

    /// <summary>The end has come: what was set aside for it may be spent.</summary>
    public void ReleaseReserve()
    {
        _reserve.Release();
        Stop = _isAllowanceSpent && _reserve.IsMade ? null : Stop;
    }

    /// <summary>Counts calls that others of the run made against what it may spend.</summary>
    public void Charge(Spend spent) => allowance.Charge(spent);

    public Task RunAsync(ICallSchedule schedule, CancellationToken cancellation)
    {
        var refused = default(CaseTask);
        return OrderedCalls.RunAsync(Next, StartAsync, Tell, setup.Window);

        // What is refused while calls are under way waits for them: a call costs less than its most as a rule.
        CaseTask? Next()
        {
            var task = Stop is null ? refused ?? schedule.Next() : null;
            refused = null;
            if (task is null || TryProvide(task))
            {
                return task;
            }

            refused = task;
            return null;
        }

        Task<CaseResult> StartAsync(CaseTask task) => evaluator.EvaluateAsync(
            task.Entrant.Parameters, _cases[task.Case], task.Case >= setup.Plan.Search.Length, cancellation);

        void Tell(CaseTask task, CaseResult result)
        {
            Take(task, result);
            schedule.Tell(task, result);
        }
    }

    private bool TryProvide(CaseTask task)
    {
        var (most, repeats) = (ForecastOf(task).Most, setup.Config.Evaluation.Repeats);
        var provision = new List<SpendLedger.Reservation>();
        for (var repetition = 0; repetition < repeats; repetition++)
        {
            if (allowance.TryReserve(most, out var exhausted) is not { } reservation)
            {
                provision.ForEach(reserved => reserved.Settle(default));
                return _provisions.Count == 0 && (_reserve.TryLower(repeats) ? TryProvide(task) : StopFor(exhausted!));
            }

            provision.Add(reservation);
        }

        _provisions.Add(task, provision);
        return true;
    }

    private bool StopFor(string limit)
    {
        Stop = new BudgetExhaustedException(limit).Message;
        _isAllowanceSpent = true;
        return false;
    }

    private CallForecast ForecastOf(CaseTask task)
    {
        try
        {
            return setup.Parts.Target.Forecast(task.Entrant.Parameters, _cases[task.Case]);
        }
        catch (ConvergenceException)
        {
            // What cannot be written as a call costs nothing; calling it says why.
            return default;
        }
    }

    private void Take(CaseTask task, CaseResult result)
    {
        _provisions.Remove(task, out var provision);
        foreach (var (index, reservation) in provision!.Index())
        {
            reservation.Settle(index < result.Calls.Length ? result.Calls[index].Spent : default);
        }

        if (result.Exhausted is null || !result.Calls.IsEmpty)
        {
            task.Entrant.Add(task.Case, result); // What a limit forbade was not met.
        }

        task.Entrant.Timestamp = setup.Parts.Time.GetUtcNow();
        Stop ??= result.Exhausted;
        foreach (var call in result.Calls)
        {
            _reserve.Note(call.Spent);
            tally.Add(call);
            Watch(call);
            setup.Progress.Report(new CaseFinished(task.Entrant.Id, call.Outcome, call.IsReplayed));
        }
    }

    private void Watch(CaseCall call)
    {
        _hasSucceeded |= call.Failure is null;
        _hasAnswered |= call.Failure is not (CallFailureKind.Connection or CallFailureKind.Timeout);

        // Once something succeeded, refusals are the fault of configurations.
        var counts = call.Failure is CallFailureKind.Connection or CallFailureKind.Timeout or CallFailureKind.RateLimited
            or CallFailureKind.Server or CallFailureKind.Unauthorized || (call.Failure is not null && !_hasSucceeded);
        _failures = counts ? _failures + 1 : call.Failure is null ? 0 : _failures;
        if (call.Failure == CallFailureKind.QuotaExhausted)
        {
            IsOutage = true;
            Stop ??= $"The provider's quota is used up: {call.Outcome.Error} Run the same command again when it is renewed.";
        }
        else if (_failures >= (_hasAnswered ? HopelessCalls : SilentCalls))
        {
            IsOutage = true;
            Stop ??= $"{_failures} calls in a row failed, the last one with: {call.Outcome.Error}"
                + " Run the same command again when that is mended: they are made again then.";
        }
    }
}
