import { WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	deepCopy,
	NodeConnectionTypes,
	Workflow,
	type IConnections,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type IPinData,
	type IRun,
	type IRunData,
	type ITaskData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import type { Engine } from './engine';

/** A node of a test's workflow. */
interface Step {
	type: INodeType;
	parameters?: INodeParameters;
	/** Settings such as On Error. */
	settings?: Partial<INode>;
	/** Names of the connected nodes, one list per output. */
	to?: string[][];
	/** Name of the agent that uses the node as a tool. */
	toolOf?: string;
}

/** A workflow of any nodes on the real engine that starts at its first step. */
export interface Flow {
	steps: Record<string, Step>;
	credential: IDataObject;
	mode?: WorkflowExecuteMode;
	pinData?: IPinData;
	/** Runs only what an earlier run lacks, as "Execute step" does. */
	partial?: { runData: IRunData; destination: string; dirty?: string[] };
}

let flows = 0;

/** Runs a workflow, manually unless `mode` is set. */
export async function runFlow(engine: Engine, flow: Flow): Promise<IRun> {
	flows += 1;
	const id = `flow${flows}`;
	const { steps, mode = 'manual', pinData, partial } = flow;
	const workflow = workflowOf(id, steps);
	const data = engine.additionalData(id, mode, flow.credential, []);
	const execution = new WorkflowExecute(data, mode, createRunExecutionData());
	if (partial === undefined) {
		const startNode = workflow.getNode(Object.keys(steps)[0]) ?? undefined;
		return await execution.run({ workflow, startNode, pinData });
	}
	const { runData, destination, dirty } = partial;
	const goal = { nodeName: destination, mode: 'inclusive' as const };
	return await execution.runPartialWorkflow2(workflow, deepCopy(runData), pinData, dirty, goal);
}

function workflowOf(id: string, steps: Record<string, Step>): Workflow {
	const connections: IConnections = {};
	const types: Record<string, INodeType> = {};
	const nodes = Object.entries(steps).map(([name, step]): INode => {
		const type = `test.${step.type.description.name}`;
		types[type] = step.type;
		const { to = [], toolOf } = step;
		const { Main, AiTool } = NodeConnectionTypes;
		if (toolOf !== undefined)
			connections[name] = { ai_tool: [[{ node: toolOf, type: AiTool, index: 0 }]] };
		else
			connections[name] = {
				main: to.map((ends) => ends.map((node) => ({ node, type: Main, index: 0 }))),
			};
		return {
			id: name,
			name,
			type,
			typeVersion: 1,
			position: [0, 0],
			parameters: step.parameters ?? {},
			credentials: { moEngageApi: { id: '1', name: 'MoEngage' } },
			...step.settings,
		};
	});
	const nodeTypes = {
		getByName: (name: string) => types[name],
		getByNameAndVersion: (name: string) => types[name],
		getKnownTypes: () => ({}),
	};
	const settings = { executionOrder: 'v1' as const };
	return new Workflow({ id, name: 'Test', nodes, connections, active: false, nodeTypes, settings });
}

/** Returns the runs of a node; empty if it didn't run. */
export function runsOf({ data }: IRun, name: string): ITaskData[] {
	return data.resultData.runData[name] ?? [];
}

/** Returns the output items of a node's last run. */
export function outputOf(run: IRun, name: string, output = 0): INodeExecutionData[] {
	return runsOf(run, name).at(-1)?.data?.main?.[output] ?? [];
}
