namespace Convergence.Testing.Providers.Faults;

/// <summary>Which of a server's requests go wrong, and how.</summary>
/// <param name="of">The fault of a request by its number, from 1.</param>
public sealed class FaultPlan(Func<int, Fault> of)
{
    public static FaultPlan None { get; } = new(_ => Fault.None);

    /// <summary>All requests.</summary>
    public static FaultPlan Always(Fault fault) => new(_ => fault);

    /// <summary>The first ones.</summary>
    public static FaultPlan First(int count, Fault fault) => new(number => number <= count ? fault : Fault.None);

    /// <summary>One of so many, beginning with the first.</summary>
    public static FaultPlan OneOf(int count, Fault fault) => new(number => number % count == 1 ? fault : Fault.None);

    /// <summary>The fault of a request.</summary>
    public Fault Of(int number) => of(number);
}
