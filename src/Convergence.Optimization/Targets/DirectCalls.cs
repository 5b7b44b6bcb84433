using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Targets;

/// <summary>Calls that go over no network: a function or a program. Their answers are kept and counted like all others.</summary>
/// <param name="services">What the run shares.</param>
/// <param name="workers">The most calls at a time, from 1.</param>
/// <param name="timeout">The time for one call.</param>
internal sealed class DirectCalls(CallServices services, int workers, TimeSpan timeout)
{
    private readonly AdaptiveLimiter _turns = new(workers);

    /// <summary>A direct call as cassettes know it.</summary>
    /// <param name="place">Tells what is called.</param>
    /// <param name="parameters">The configuration.</param>
    /// <param name="testCase">What is asked.</param>
    /// <param name="repetition">Tells repetitions apart.</param>
    public static ApiRequest Request(string place, JsonObject parameters, TestCase testCase, int repetition) => new()
    {
        Method = HttpMethod.Post,
        Endpoint = new Uri($"local://localhost/{place}"),
        Body = new JsonObject
        {
            ["case"] = testCase.Id,
            ["parameters"] = parameters.DeepClone(),
            ["input"] = testCase.Input.DeepClone(),
        },
        Repetition = repetition,
    };

    /// <summary>Gives the kept answer, or calls.</summary>
    /// <exception cref="BudgetExhaustedException">A limit forbids the call.</exception>
    public async Task<TargetAnswer> CallAsync(
        ApiRequest request,
        Func<CancellationToken, Task<(JsonNode? Result, CallFailure? Failure)>> call,
        CancellationToken cancellation)
    {
        var recorded = await services.Cassette.AnswerAsync(request, paid => SendAsync(call, paid, cancellation), cancellation)
            .ConfigureAwait(false);
        var answer = recorded.Answer;
        var cost = answer.IsSuccess ? CostOf(answer) : (double?)null;
        return new TargetAnswer(answer, answer.Body, cost, recorded.IsInherited) { Spent = recorded.Spent };
    }

    private async Task<ApiAnswer> SendAsync(
        Func<CancellationToken, Task<(JsonNode? Result, CallFailure? Failure)>> call, PaidCall paid, CancellationToken cancellation)
    {
        var turn = await _turns.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await SendWithinBudgetAsync(call, paid, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turns.Exit(turn, isOverload: false);
        }
    }

    private async Task<ApiAnswer> SendWithinBudgetAsync(
        Func<CancellationToken, Task<(JsonNode? Result, CallFailure? Failure)>> call, PaidCall paid, CancellationToken cancellation)
    {
        using var reservation = await services.Ledger.ReserveAsync(default, cancellation).ConfigureAwait(false);
        paid.Send(default);
        var spent = default(Spend);
        try
        {
            var answer = await TimedAsync(call, cancellation).ConfigureAwait(false);
            spent = new Spend((decimal)CostOf(answer), 1, answer.Usage?.Total ?? 0);
            return answer;
        }
        finally
        {
            // A call that was cancelled is none.
            reservation.Settle(spent);
            paid.Settle(spent);
        }
    }

    private async Task<ApiAnswer> TimedAsync(
        Func<CancellationToken, Task<(JsonNode? Result, CallFailure? Failure)>> call, CancellationToken cancellation)
    {
        var start = services.Time.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            // A function that does not look at its token is left behind.
            var (result, failure) = await call(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return new ApiAnswer(null, result, failure, services.Time.GetElapsedTime(start), 1);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var message = FormattableString.Invariant($"no answer within {timeout.TotalSeconds} s");
            return new ApiAnswer(
                null, null, new CallFailure(CallFailureKind.Timeout, message), services.Time.GetElapsedTime(start), 1);
        }
    }

    // What an answer says of itself; a function or program on this machine is free otherwise.
    private static double CostOf(ApiAnswer answer) => ReportedCost.Of(answer.Body) ?? 0;
}
