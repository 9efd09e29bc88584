/** Its name in tables: topology, body size, and what is not the default. */
export function workloadName(workload) {
    const confirms = workload.confirmWindow > 0 ? ', confirms' : '';
    const acks = workload.prefetch > 0 ? ', acks' : '';
    return `${workload.topology.name}, ${workload.bodyOctets}${confirms}${acks}`;
}
//# sourceMappingURL=workload.js.map